"""What a remittance advice says, whatever its file format. Knows neither Frappe nor the books."""
