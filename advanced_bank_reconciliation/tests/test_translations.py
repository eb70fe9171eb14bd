"""Every sentence is translated: the template has every sentence of the code, each language is complete."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import frappe
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from frappe.gettext.translate import compile_translations, get_catalog, get_method_map

from advanced_bank_reconciliation.tests.site_test_case import SiteTestCase

APP = "advanced_bank_reconciliation"
LANGUAGES = ("ar", "de", "es", "fr")
PLACE = re.compile(r"{\d*}|<[^>]*>")
"""A place for a value, or markup: a translation has the same ones, in any order."""
WORD = re.compile(r"[^\W\d_]{2,}")

Sentence = tuple[str, str | None]


class TestTranslations(SiteTestCase):
	def test_the_template_has_every_sentence_of_the_code(self) -> None:
		template = {(message.id, message.context) for message in get_catalog(APP) if message.id}
		advice = "bench generate-pot-file, then bench update-po-files, each with --app " + APP
		self.assertEqual(sentences_of_the_code() - template, set(), advice)
		self.assertEqual(template - sentences_of_the_code(), set(), advice)

	def test_each_language_has_every_sentence(self) -> None:
		for language in LANGUAGES:
			catalog = get_catalog(APP, language)
			for sentence, context in sentences_of_the_code():
				with self.subTest(language=language, sentence=sentence):
					self.assert_translated(catalog, sentence, context)

	def assert_translated(self, catalog: Catalog, sentence: str, context: str | None) -> None:
		message = catalog.get(sentence, context)
		self.assertTrue(message and message.string, "is not translated")
		self.assertFalse(message.fuzzy, "is marked as uncertain")
		self.assertEqual(sorted(PLACE.findall(message.string)), sorted(PLACE.findall(sentence)))

	def test_each_language_has_sentences_of_its_own(self) -> None:
		"""None has a sentence of several words as another one has it."""
		catalogs = [get_catalog(APP, language) for language in LANGUAGES]
		for sentence, context in sentences_of_the_code():
			found = [catalog.get(sentence, context).string for catalog in catalogs]
			texts = [text for text in found if len(WORD.findall(text)) > 2]
			with self.subTest(sentence=sentence):
				self.assertEqual(len(set(texts)), len(texts), texts)

	def test_a_sentence_of_the_engine_reaches_the_user(self) -> None:
		compile_translations(APP, "de", force=True)
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "de"
		frappe.clear_cache()
		self.assertEqual(frappe._("{0} {1} is already fully paid."), "{0} {1} ist schon vollständig bezahlt.")


@cache
def sentences_of_the_code() -> set[Sentence]:
	"""What `bench generate-pot-file` finds: each sentence with its context."""
	keywords = {**DEFAULT_KEYWORDS, "_lt": None}
	methods = get_method_map(APP) + get_method_map("frappe")
	root = Path(frappe.get_app_path(APP)).parent
	found = extract_from_dir(root, methods, directory_filter=_is_source, keywords=keywords)
	return {(sentence, context) for _file, _line, sentence, _comments, context in found if sentence}


def _is_source(directory: str) -> bool:
	"""Whether a folder may hold sentences: not one of tools, hidden, or built."""
	name = Path(directory).name
	return not name.startswith((".", "_")) and name not in ("dist", "node_modules")
