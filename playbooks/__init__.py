"""What a tier starts: duties with owners and deadlines, notices, the hold of releases, closing conditions, as data.

Holds the schema of a playbook, the engine that answers a volume, duties and closing; owns duty and crossing rows.
Nothing is counted or scored here (`sentiment` does), nothing is sent (`channels` does), no clock but `yiyuan.clock`.
"""
