"""The command line: parse, ask the workbench, print."""
