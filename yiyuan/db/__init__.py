"""The database: engine, transactions, upgrades; nothing about what is stored."""
