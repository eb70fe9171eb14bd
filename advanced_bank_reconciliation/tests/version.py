"""Which version of Frappe the tests run on."""

import frappe

VERSION = int(frappe.__version__.partition(".")[0])
