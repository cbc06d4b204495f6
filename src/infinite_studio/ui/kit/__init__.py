"""The widgets that every panel shares: buttons, tabs, chips, fields, surfaces, and the texts of numbers."""
