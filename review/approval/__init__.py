"""The gate: levels, signatures, conditions, waivers, reminders and the signed sheet."""
