"""What was signed: canonical content, decision MAC, release token, coverage by consents.

May enter: what a signature and a token stand for. May not enter: who may sign (review), calls to platforms.
"""
