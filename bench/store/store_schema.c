// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The schema as a list of steps. A step that was ever released is never changed: a
 * change of the schema is a new step at the end, STORE_SCHEMA_VERSION one higher, and a
 * recorded store of the version before it among the tests.
 */
#include "store/store_internal.h"

/*
 * Texts and blobs stand at the end of their tables: what a list shows is read without
 * them. Counts of a run are kept by triggers in a table of their own, so that counting
 * neither reads all blocks nor rewrites the run with its plan.
 */
static const char version_1[] =
	"CREATE TABLE run (\n"
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"  label TEXT NOT NULL,\n"
	"  plan_name TEXT NOT NULL,\n"
	"  lab TEXT NOT NULL,\n"
	"  kernel TEXT NOT NULL,\n"
	"  started TEXT NOT NULL,\n"
	"  ended TEXT,\n"     /* NULL while it runs, or killed */
	"  status INTEGER,\n" /* the same */
	"  status_text TEXT,\n"
	"  campaign INTEGER,\n" /* runs of several kernels and boots that belong together */
	"  boot INTEGER,\n"	/* which boot of the campaign */
	"  lab_json TEXT NOT NULL,\n"
	"  environment_json TEXT NOT NULL,\n"
	"  plan_json TEXT NOT NULL\n"
	");\n"
	"CREATE TABLE block (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,\n"
	"  block INTEGER NOT NULL,\n" /* index into the plan's blocks */
	"  cell INTEGER NOT NULL,\n"  /* index into the plan's cells */
	"  cell_name TEXT NOT NULL,\n"
	"  strategy TEXT NOT NULL,\n"
	"  quartet INTEGER NOT NULL,\n"
	"  position INTEGER NOT NULL,\n"
	"  warmup INTEGER NOT NULL,\n"
	"  unrecorded INTEGER NOT NULL,\n"
	"  operations INTEGER NOT NULL,\n"
	"  rows INTEGER NOT NULL,\n"
	"  dropped INTEGER NOT NULL,\n"
	"  finished TEXT NOT NULL,\n"
	"  end_json TEXT NOT NULL,\n"
	"  samples BLOB NOT NULL,\n" /* samples_encode()'s bytes */
	"  UNIQUE (run, block)\n"
	");\n"
	"CREATE INDEX block_of_cell ON block (cell_name, run);\n"
	"CREATE TABLE note (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,\n"
	"  noted TEXT NOT NULL,\n"
	"  note_json TEXT NOT NULL\n"
	");\n"
	"CREATE INDEX note_of_run ON note (run);\n"
	"CREATE TABLE tally (\n"
	"  run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,\n"
	"  blocks INTEGER NOT NULL DEFAULT 0,\n"
	"  rows INTEGER NOT NULL DEFAULT 0,\n"
	"  dropped INTEGER NOT NULL DEFAULT 0\n"
	");\n"
	"CREATE TRIGGER tally_run AFTER INSERT ON run BEGIN\n"
	"  INSERT INTO tally (run) VALUES (NEW.id);\n"
	"END;\n"
	"CREATE TRIGGER tally_block AFTER INSERT ON block BEGIN\n"
	"  UPDATE tally SET blocks = blocks + 1, rows = rows + NEW.rows,\n"
	"    dropped = dropped + NEW.dropped WHERE run = NEW.run;\n"
	"END;\n"
	"CREATE TRIGGER tally_block_gone AFTER DELETE ON block BEGIN\n"
	"  UPDATE tally SET blocks = blocks - 1, rows = rows - OLD.rows,\n"
	"    dropped = dropped - OLD.dropped WHERE run = OLD.run;\n"
	"END;\n";

/*
 * Campaigns: their arms and boots are written before the first boot begins. run.campaign
 * and run.boot name the boot that a run is an attempt at. A kernel's configuration is
 * kept once, however many boots had it.
 */
static const char version_2[] =
	"CREATE TABLE campaign (\n"
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"  label TEXT NOT NULL,\n"
	"  plan_name TEXT NOT NULL,\n"
	"  lab TEXT NOT NULL,\n"
	"  clock INTEGER NOT NULL,\n" /* enum plan_clock */
	"  seed INTEGER NOT NULL,\n"
	"  boots INTEGER NOT NULL,\n" /* of each arm */
	"  retries INTEGER NOT NULL,\n"
	"  started TEXT NOT NULL,\n"
	"  ended TEXT,\n"     /* NULL while it runs or can be resumed */
	"  status INTEGER,\n" /* the same */
	"  status_text TEXT,\n"
	"  config_path TEXT NOT NULL,\n"
	"  config_text TEXT NOT NULL\n"
	");\n"
	"CREATE TABLE arm (\n"
	"  campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,\n"
	"  arm INTEGER NOT NULL,\n" /* from 0, the base */
	"  kernel TEXT NOT NULL,\n"
	"  identity TEXT NOT NULL,\n"
	"  PRIMARY KEY (campaign, arm)\n"
	");\n"
	"CREATE TABLE boot (\n"
	"  campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,\n"
	"  boot INTEGER NOT NULL,\n" /* from 1, in the order they happen */
	"  pair INTEGER NOT NULL,\n" /* from 1: boots with one seed */
	"  arm INTEGER NOT NULL,\n"
	"  seed INTEGER NOT NULL,\n"
	"  PRIMARY KEY (campaign, boot)\n"
	");\n"
	"CREATE INDEX run_of_boot ON run (campaign, boot);\n"
	"CREATE TABLE kernel_config (\n"
	"  digest TEXT PRIMARY KEY,\n" /* SHA-256 of its text */
	"  bytes INTEGER NOT NULL,\n"	/* of its text */
	"  deflated BLOB NOT NULL\n"	/* zlib's */
	");\n"
	"ALTER TABLE run ADD COLUMN config_digest TEXT REFERENCES kernel_config (digest);\n";

/* Verdicts: what they were made of, so that each can be made again. */
static const char version_3[] =
	"CREATE TABLE verdict (\n"
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"  made TEXT NOT NULL,\n"
	"  program TEXT NOT NULL,\n"	   /* version of hmmbench */
	"  request TEXT NOT NULL,\n"	   /* JSON: what was compared, and how */
	"  seed INTEGER NOT NULL,\n"	   /* of random arrangements */
	"  input_digest TEXT NOT NULL,\n"  /* SHA-256 of the runs that went in */
	"  report_digest TEXT NOT NULL,\n" /* SHA-256 of the report as JSON */
	"  verdict TEXT NOT NULL,\n"
	"  exit_status INTEGER NOT NULL,\n"
	"  UNIQUE (request, input_digest, report_digest)\n"
	");\n";

/* Campaigns that end when every verdict is decided, and how long they may take. */
static const char version_4[] =
	"ALTER TABLE campaign ADD COLUMN adaptive INTEGER NOT NULL DEFAULT 0;\n"
	"ALTER TABLE campaign ADD COLUMN budget_s INTEGER NOT NULL DEFAULT 0;\n"; /* 0: none */

/*
 * Baselines. The runs of one are entered before the baseline itself, so that from then on
 * nothing can be added to it. The triggers hold for every program that opens the file: what a
 * baseline stands on is neither changed nor deleted, by nobody.
 */
static const char version_5[] =
	"CREATE TABLE baseline (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  name TEXT NOT NULL UNIQUE,\n"
	"  made TEXT NOT NULL,\n"
	"  program TEXT NOT NULL,\n" /* version of hmmbench */
	"  note TEXT NOT NULL\n"
	");\n"
	"CREATE TABLE baseline_run (\n"
	"  baseline INTEGER NOT NULL REFERENCES baseline (id) DEFERRABLE INITIALLY DEFERRED,\n"
	"  run INTEGER NOT NULL REFERENCES run (id),\n"
	"  PRIMARY KEY (baseline, run)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX baseline_of_run ON baseline_run (run);\n"
	"CREATE TRIGGER baseline_kept BEFORE UPDATE ON baseline BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline is never changed');\n"
	"END;\n"
	"CREATE TRIGGER baseline_stays BEFORE DELETE ON baseline BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline is never deleted');\n"
	"END;\n"
	"CREATE TRIGGER baseline_run_closed BEFORE INSERT ON baseline_run\n"
	"WHEN EXISTS (SELECT 1 FROM baseline WHERE id = NEW.baseline) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline is never changed');\n"
	"END;\n"
	"CREATE TRIGGER baseline_run_kept BEFORE UPDATE ON baseline_run BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline is never changed');\n"
	"END;\n"
	"CREATE TRIGGER baseline_run_stays BEFORE DELETE ON baseline_run BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline is never changed');\n"
	"END;\n"
	"CREATE TRIGGER run_kept BEFORE UPDATE ON run\n"
	"WHEN EXISTS (SELECT 1 FROM baseline_run WHERE run = OLD.id) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline holds this run');\n"
	"END;\n"
	"CREATE TRIGGER run_stays BEFORE DELETE ON run\n"
	"WHEN EXISTS (SELECT 1 FROM baseline_run WHERE run = OLD.id) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline holds this run');\n"
	"END;\n"
	"CREATE TRIGGER block_closed BEFORE INSERT ON block\n"
	"WHEN EXISTS (SELECT 1 FROM baseline_run WHERE run = NEW.run) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline holds this run');\n"
	"END;\n"
	"CREATE TRIGGER block_kept BEFORE UPDATE ON block\n"
	"WHEN EXISTS (SELECT 1 FROM baseline_run WHERE run = OLD.run) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline holds this run');\n"
	"END;\n"
	"CREATE TRIGGER block_stays BEFORE DELETE ON block\n"
	"WHEN EXISTS (SELECT 1 FROM baseline_run WHERE run = OLD.run) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline holds this run');\n"
	"END;\n"
	"CREATE TRIGGER note_closed BEFORE INSERT ON note\n"
	"WHEN EXISTS (SELECT 1 FROM baseline_run WHERE run = NEW.run) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline holds this run');\n"
	"END;\n"
	"CREATE TRIGGER note_kept BEFORE UPDATE ON note\n"
	"WHEN EXISTS (SELECT 1 FROM baseline_run WHERE run = OLD.run) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline holds this run');\n"
	"END;\n"
	"CREATE TRIGGER note_stays BEFORE DELETE ON note\n"
	"WHEN EXISTS (SELECT 1 FROM baseline_run WHERE run = OLD.run) BEGIN\n"
	"  SELECT raise(ABORT, 'a baseline holds this run');\n"
	"END;\n";

/*
 * The history: nights of series, what was found in them, and the runs that no night has taken in
 * yet. A confirmation is a second campaign that is asked whether a suspicion of the first holds.
 */
static const char version_6[] =
	"CREATE TABLE series (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  machine TEXT NOT NULL,\n"
	"  line TEXT NOT NULL,\n" /* of kernels */
	"  plan TEXT NOT NULL,\n"
	"  cell TEXT NOT NULL,\n"
	"  strategy TEXT NOT NULL,\n" /* '' of the control */
	"  phase INTEGER NOT NULL,\n" /* enum sample_column */
	"  clock INTEGER NOT NULL,\n" /* enum plan_clock */
	"  judged INTEGER NOT NULL,\n"
	"  threshold REAL NOT NULL,\n"
	"  nights INTEGER NOT NULL DEFAULT 0,\n"
	"  UNIQUE (machine, line, plan, cell, strategy, phase, clock)\n"
	");\n"
	"CREATE TABLE night_kernel (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  release TEXT NOT NULL,\n"
	"  build TEXT NOT NULL,\n"
	"  UNIQUE (release, build)\n"
	");\n"
	"CREATE TABLE night (\n"
	"  series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,\n"
	"  night INTEGER NOT NULL,\n" /* begin of its first boot, seconds since 1970 */
	"  value REAL NOT NULL,\n"    /* ln */
	"  error REAL,\n"	       /* NULL: of one boot */
	"  boots INTEGER NOT NULL,\n"
	"  kernel INTEGER NOT NULL REFERENCES night_kernel (id),\n"
	"  PRIMARY KEY (series, night)\n"
	") WITHOUT ROWID;\n"
	"CREATE TRIGGER night_counted AFTER INSERT ON night BEGIN\n"
	"  UPDATE series SET nights = nights + 1 WHERE id = NEW.series;\n"
	"END;\n"
	"CREATE TABLE change (\n"
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"  series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,\n"
	"  kind INTEGER NOT NULL,\n" /* enum history_kind */
	"  first INTEGER NOT NULL,\n"
	"  found INTEGER NOT NULL,\n"
	"  shift REAL NOT NULL,\n"
	"  low REAL, high REAL,\n"
	"  before REAL, after REAL,\n"
	"  z REAL, critical REAL, p REAL,\n"
	"  acknowledged TEXT,\n" /* NULL: by nobody yet */
	"  note TEXT\n"
	");\n"
	"CREATE INDEX change_of_series ON change (series, first);\n"
	"CREATE TABLE ungathered (run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE);\n"
	"INSERT INTO ungathered SELECT id FROM run;\n"
	"CREATE TRIGGER ungathered_run AFTER INSERT ON run BEGIN\n"
	"  INSERT INTO ungathered VALUES (NEW.id);\n"
	"END;\n"
	"CREATE TABLE confirmation (\n"
	"  campaign INTEGER PRIMARY KEY REFERENCES campaign (id) ON DELETE CASCADE,\n"
	"  second INTEGER REFERENCES campaign (id) ON DELETE CASCADE,\n" /* NULL: none began yet */
	"  outcome TEXT\n" /* NULL: not known yet */
	");\n";

/*
 * Campaigns of one kernel against itself, and what came of them: per cell, strategy, column and
 * quantile how much boots scatter, and how often equal boots were called different.
 */
static const char version_7[] =
	"ALTER TABLE campaign ADD COLUMN calibration INTEGER NOT NULL DEFAULT 0;\n"
	"CREATE TABLE calibration (\n"
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"  campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,\n"
	"  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,\n" /* its first: what machine it is of */
	"  made TEXT NOT NULL,\n"
	"  program TEXT NOT NULL,\n"
	"  kernel TEXT NOT NULL,\n"
	"  plan_name TEXT NOT NULL,\n"
	"  boots INTEGER NOT NULL\n" /* under each of its two names */
	");\n"
	"CREATE TABLE calibration_part (\n"
	"  calibration INTEGER NOT NULL REFERENCES calibration (id) ON DELETE CASCADE,\n"
	"  part INTEGER NOT NULL,\n" /* in the order of the plan */
	"  cell TEXT NOT NULL,\n"
	"  strategy TEXT NOT NULL,\n"
	"  column_name TEXT NOT NULL,\n"
	"  quantile REAL NOT NULL,\n"
	"  boots INTEGER NOT NULL,\n"
	"  deviation REAL NOT NULL,\n" /* ln */
	"  estimate REAL NOT NULL,\n"
	"  p REAL NOT NULL,\n"
	"  exchanges INTEGER NOT NULL,\n"
	"  called INTEGER NOT NULL,\n"
	"  judged INTEGER NOT NULL,\n"
	"  PRIMARY KEY (calibration, part)\n"
	") WITHOUT ROWID;\n";

/*
 * What the same campaigns say of verdicts inside a boot, per cell, pair of strategies, column and
 * quantile (stats/paired_calibration.h).
 */
static const char version_8[] =
	"CREATE TABLE calibration_in_boot (\n"
	"  calibration INTEGER NOT NULL REFERENCES calibration (id) ON DELETE CASCADE,\n"
	"  part INTEGER NOT NULL,\n" /* in the order of the plan */
	"  cell TEXT NOT NULL,\n"
	"  strategy TEXT NOT NULL,\n"
	"  other_strategy TEXT NOT NULL,\n"
	"  column_name TEXT NOT NULL,\n"
	"  quantile REAL NOT NULL,\n"
	"  deviation REAL,\n" /* of a difference, ln; NULL: no boot has two */
	"  differences INTEGER NOT NULL,\n" /* of a boot */
	"  factor INTEGER NOT NULL,\n"
	"  tried INTEGER NOT NULL,\n" /* tests of one boot */
	"  called INTEGER NOT NULL,\n"
	"  judged INTEGER NOT NULL,\n"
	"  boots INTEGER NOT NULL,\n"
	"  boot_deviation REAL,\n" /* NULL: one boot */
	"  boots_tried INTEGER NOT NULL,\n" /* tests of all boots */
	"  boots_called INTEGER NOT NULL,\n"
	"  boots_judged INTEGER NOT NULL,\n"
	"  PRIMARY KEY (calibration, part)\n"
	") WITHOUT ROWID;\n";

/* How many boots of each arm an adaptive campaign can have, as was fixed before its first. */
static const char version_9[] =
	"ALTER TABLE campaign ADD COLUMN boots_at_most INTEGER NOT NULL DEFAULT 0;\n"; /* 0: not known */

static const struct store_step steps[] = {
	{ 1, version_1 },
	{ 2, version_2 },
	{ 3, version_3 },
	{ 4, version_4 },
	{ 5, version_5 },
	{ 6, version_6 },
	{ 7, version_7 },
	{ 8, version_8 },
	{ 9, version_9 },
	{ 0, NULL },
};

_Static_assert(sizeof(steps) / sizeof(steps[0]) == STORE_SCHEMA_VERSION + 1,
	       "one step for each version of the schema");

const struct store_options store_options_default = { .steps = steps, .busy_ms = 10000 };

int store_steps_version(const struct store_step *list)
{
	int version = 0;

	for (; list->sql; list++)
		version = list->to;
	return version;
}
