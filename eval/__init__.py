"""How good the answers are: cases, metrics, runs, reports.

Import from its modules (`from eval.run import ...`): the name `eval` alone would shadow
the built-in function.
"""
