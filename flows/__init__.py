"""The steps of the system as Prefect flows: they call the domain packages below in threads, and end.

No SQL, no HTTP and no business rule may enter: what a step decides lives in a plain function of review, channels,
sentiment or playbooks that can be tested without Prefect.
"""
