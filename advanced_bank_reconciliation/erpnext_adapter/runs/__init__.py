"""The record of runs: their two tables, who may write them, and what people see of them."""
