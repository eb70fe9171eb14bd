"""The recorder sees each row that a statement has changed, added or deleted, in whatever form it comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.table_changes import Row, changes_of
from advanced_bank_reconciliation.tests.table_recorder import TableRows
from advanced_bank_reconciliation.tests.written_keys import tables_written_by

TABLE = "tabToDo"
COLUMNS = ("name", "description", "priority")
LIMITED = (
	"update `tabToDo` set description = 'it\\'s: where name = ''b''' where color = 'mine'",
	"UPDATE `tabToDo`\n\tSET `description` = \"x\" /* isn't it */ WHERE `tabToDo`.`color` = 'mine' -- don't",
	"update tabToDo set description = 'x', priority = 'Low' where color = 'mine' order by name",
	"delete from tabToDo where description like '%select%' or color = 'mine'",
	"insert into `tabToDo` (`name`, `description`) values ('new-1', 'it\\'s'), ('new-2', null)",
	"INSERT INTO tabToDo (description, name, priority) VALUES ('values (1)', 'new-1', ('Low'))",
	"insert ignore into `tabToDo` (`NAME`) values ('mine-0'), ('new-1')",
	"update tabToDo set description = case when `name` = 'mine-0' then 'x' when name = 'mine-1' then 'y' end,"
	" `tabToDo`.priority = (case name when 'mine-0' then 'Low' end), color = '' where name in ('mine-0', '')",
	"update tabToDo set description = upper('x') where ifnull(color, '') = 'mine' and (1 = 1)",
)
WHOLE = (
	"update `tabToDo` set description = 'x'",
	"update `tabToDo` set name = concat(name, '-2') where color = 'mine'",
	"update tabToDo set color = case name when 'x' then '' end, tabToDo.`name` = 'new' where name = 'mine-0'",
	"update tabToDo set color = (name = 'mine-1'), NAME='new-1' where name = 'mine-0'",
	"update `tabToDo` as one set one.description = 'x' where one.color = 'mine'",
	"update `tabToDo` set description = (select 'x' from `tabUser` where 0 = 1) where color = 'mine'",
	"update tabToDo one join tabToDo other on one.name = other.name set one.description = 'x'",
	"delete one from tabToDo one join tabToDo other using (name) where other.color = 'mine'",
	"delete from tabToDo",
	"delete from `tabToDo` where color = 'mine' limit 1",
	"insert into tabToDo (name, color) select concat(name, '-2'), color from tabToDo where color = 'mine'",
	"insert into tabToDo (name) values ('mine-0') on duplicate key update description = 'x'",
	"replace into tabToDo (name, description) values ('mine-0', 'x'), ('new-1', 'x')",
	"insert into tabToDo set name = 'new-1'",
	"insert into tabToDo (name) values (uuid())",
	"insert into tabToDo (name) values (@drawn := 'new-1')",
	"update tabToDo set NAME = 'new-1' where name = 'mine-0'",
	"update tabToDo set description = 'x' where rand() < 2",
	"update tabToDo set description = 'x' /*! where color = 'mine' */",
	"/*! update */ tabToDo set description = 'x' where color = 'mine'",
	"set statement max_statement_time = 60 for update tabToDo set description = 'x' where color = 'mine'",
	"execute immediate 'delete from `tabToDo`'",
)


class TestTableRecorder(BulkTestCase):
	def setUp(self) -> None:
		for number in range(3):
			values = {"name": f"mine-{number}", "color": "mine", "description": f"{number}"}
			frappe.get_doc({"doctype": "ToDo", **values}).db_insert()

	def test_statements_of_which_the_rows_are_told(self) -> None:
		for statement in LIMITED:
			with self.subTest(statement):
				self.assertFalse(self.is_read_as_a_whole(statement))
				self.check(partial(self.send, statement))

	def test_any_other_statement(self) -> None:
		for statement in WHOLE:
			with self.subTest(statement):
				self.assertTrue(self.is_read_as_a_whole(statement))
				self.check(partial(self.send, statement))

	def test_statements_that_write_nothing(self) -> None:
		for statement in ("select * from `tabToDo`", "checksum table `tabUser`, `tabToDo`"):
			self.assertEqual(tables_written_by(statement, {TABLE}), set())

	def test_one_after_the_other(self) -> None:
		"""A row is kept as it was at first, also if the table is read as a whole later."""
		insert = "insert into tabToDo (name, description) values ('new-1', 'x'), ('new-2', 'y')"
		update = "update tabToDo set description = 'z' where name in ('new-1', 'mine-1')"
		delete = "delete from tabToDo where name in ('new-2', 'mine-1')"
		everything = ("update tabToDo set description = 'all'", "delete from tabToDo")
		self.check(partial(self.send, insert, update, delete))
		self.check(partial(self.send, update, insert, delete, everything[0]))
		self.check(partial(self.send, update, insert, *everything, insert, delete))

	def test_the_time_of_change_is_not_needed(self) -> None:
		for action in (
			partial(frappe.db.set_value, "ToDo", "mine-0", "priority", "Low", update_modified=False),
			partial(frappe.db.sql, "update `tabToDo` set priority = 'Low' where name = %s", "mine-0"),
			partial(frappe.db.delete, "ToDo", {"color": "mine"}),
		):
			self.check(action)

	def test_a_table_without_a_key(self) -> None:
		statement = "update tabSingles set value = 'x' where doctype = 'ToDo List' and field = 'x'"
		add = "insert into tabSingles (doctype, field, value) values ('ToDo List', 'x', 'y')"
		self.send(add, add)
		changes = changes_of(partial(self.send, statement, add))
		self.assertEqual([row["value"] for row in changes.rows("tabSingles")], ["x", "x"])

	def test_an_apostrophe_in_a_name(self) -> None:
		tables = {"tabDriver's Log", "tabOther"}
		for statement in (
			"update `tabDriver's Log` set a = 'x'",
			"delete from `tabDriver's Log` where a = 'tabOther'",
		):
			self.assertIn("tabDriver's Log", tables_written_by(statement, tables))

	def check(self, action: Callable[[], object]) -> None:
		"""Gone and new are what the whole table tells."""
		before: list[Counter[tuple[str, ...]]] = []
		after: list[Counter[tuple[str, ...]]] = []

		def act() -> None:
			before.append(self.there())
			action()
			after.append(self.there())

		changes = changes_of(act)
		gone, new = self.described(changes.gone), self.described(changes.new)
		self.assertEqual((gone, new), (before[0] - after[0], after[0] - before[0]))
		self.assertTrue(gone or new)

	def described(self, rows: Mapping[str, Counter[Row]]) -> Counter[tuple[str, ...]]:
		found = rows.get(TABLE, Counter()).elements()
		return Counter(tuple(dict(row)[column] for column in COLUMNS) for row in found)

	def there(self) -> Counter[tuple[str, ...]]:
		rows = frappe.get_all("ToDo", fields=list(COLUMNS), as_list=True)
		return Counter(tuple(map(str, row)) for row in rows)

	def send(self, *statements: str) -> None:
		for statement in statements:
			frappe.db._conn.cursor().execute(statement)

	def is_read_as_a_whole(self, statement: str) -> bool:
		with patch.object(TableRows, "_keep_all") as keep_all:
			changes_of(partial(self.send, statement))
		return keep_all.called
