BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE branches (
	repository_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	commit_id TEXT NOT NULL, content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (repository_id, name), 
	FOREIGN KEY(repository_id) REFERENCES repositories (repository_id), 
	FOREIGN KEY(commit_id) REFERENCES commits (commit_id)
);
INSERT INTO "branches" VALUES('4abfbdc2e25a40d2b81f778cbf1ede57','main','d0dcbff6c87bf997be15d3d1e836fa6a3a7f13116bc047eb9116b31f77157056',-8960968942400507309);
INSERT INTO "branches" VALUES('d39e29fe52ca49e2a5674794d214db37','main','dcbf7d371da489a8d8c63adbe8dbb6c4455bac5bd2406772b1f0b00859caf3e1',-2391949808449754677);
CREATE TABLE commit_edges (
	sequence INTEGER NOT NULL, 
	parent_sequence INTEGER NOT NULL, 
	PRIMARY KEY (sequence, parent_sequence)
)
 WITHOUT ROWID

;
INSERT INTO "commit_edges" VALUES(2,1);
INSERT INTO "commit_edges" VALUES(3,1);
INSERT INTO "commit_edges" VALUES(4,2);
INSERT INTO "commit_edges" VALUES(4,3);
CREATE TABLE commit_objects (
	sequence INTEGER NOT NULL, 
	numbers BLOB NOT NULL, 
	content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "commit_objects" VALUES(1,X'0100000002000000',-5097348208027849754);
INSERT INTO "commit_objects" VALUES(2,X'0100000002000000',2838812517170385549);
INSERT INTO "commit_objects" VALUES(3,X'0100000002000000',7517410256440341651);
INSERT INTO "commit_objects" VALUES(4,X'0100000002000000',2705518392565826555);
CREATE TABLE commit_parents (
	commit_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	parent_id TEXT NOT NULL, 
	PRIMARY KEY (commit_id, position), 
	FOREIGN KEY(commit_id) REFERENCES commits (commit_id), 
	FOREIGN KEY(parent_id) REFERENCES commits (commit_id)
);
INSERT INTO "commit_parents" VALUES('dcbf7d371da489a8d8c63adbe8dbb6c4455bac5bd2406772b1f0b00859caf3e1',0,'85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86');
INSERT INTO "commit_parents" VALUES('bf44bbdbff00f037d31e83414735a802cc5d90a55db9081abace784f1a809cc7',0,'85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86');
INSERT INTO "commit_parents" VALUES('d0dcbff6c87bf997be15d3d1e836fa6a3a7f13116bc047eb9116b31f77157056',0,'bf44bbdbff00f037d31e83414735a802cc5d90a55db9081abace784f1a809cc7');
INSERT INTO "commit_parents" VALUES('d0dcbff6c87bf997be15d3d1e836fa6a3a7f13116bc047eb9116b31f77157056',1,'dcbf7d371da489a8d8c63adbe8dbb6c4455bac5bd2406772b1f0b00859caf3e1');
CREATE TABLE commit_words (
	sequence INTEGER NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "commit_words" VALUES(1,' first ada ada@example.org f minor drums drums dark trap sketch 140 bpm ');
INSERT INTO "commit_words" VALUES(2,' side ada ada@example.org ');
INSERT INTO "commit_words" VALUES(3,' main ada ada@example.org ');
INSERT INTO "commit_words" VALUES(4,' merged ada ada@example.org f minor drums drums dark trap sketch 140 bpm ');
CREATE TABLE commits (
	sequence INTEGER NOT NULL, 
	commit_id TEXT NOT NULL, 
	repository_id TEXT NOT NULL, 
	author_id INTEGER NOT NULL, 
	created TEXT NOT NULL, 
	message TEXT NOT NULL, 
	tempo_bpm FLOAT, 
	"key" TEXT, 
	snapshot_object_id TEXT NOT NULL, 
	mixdown_object_id TEXT, 
	PRIMARY KEY (sequence), 
	UNIQUE (commit_id), 
	FOREIGN KEY(repository_id) REFERENCES repositories (repository_id), 
	FOREIGN KEY(author_id) REFERENCES users (user_id), 
	FOREIGN KEY(snapshot_object_id) REFERENCES objects (object_id), 
	FOREIGN KEY(mixdown_object_id) REFERENCES objects (object_id)
);
INSERT INTO "commits" VALUES(1,'85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86','4abfbdc2e25a40d2b81f778cbf1ede57',1,'2026-11-20T11:30:00.123456+00:00','First',140.0,'F minor','87d83155f311e5289d0a738ae885fd57f04d51e5483458ef9ae1aae7d887ba41','fbfe83694bf894cddaa891ce5cfb8d5003e20264550abde441cd3d0920a7d292');
INSERT INTO "commits" VALUES(2,'dcbf7d371da489a8d8c63adbe8dbb6c4455bac5bd2406772b1f0b00859caf3e1','4abfbdc2e25a40d2b81f778cbf1ede57',1,'2026-11-20T11:30:00.123456+00:00','Side',NULL,NULL,'87d83155f311e5289d0a738ae885fd57f04d51e5483458ef9ae1aae7d887ba41',NULL);
INSERT INTO "commits" VALUES(3,'bf44bbdbff00f037d31e83414735a802cc5d90a55db9081abace784f1a809cc7','4abfbdc2e25a40d2b81f778cbf1ede57',1,'2026-11-20T11:30:00.123456+00:00','Main',NULL,NULL,'87d83155f311e5289d0a738ae885fd57f04d51e5483458ef9ae1aae7d887ba41',NULL);
INSERT INTO "commits" VALUES(4,'d0dcbff6c87bf997be15d3d1e836fa6a3a7f13116bc047eb9116b31f77157056','4abfbdc2e25a40d2b81f778cbf1ede57',1,'2026-11-20T11:30:00.123456+00:00','Merged',140.0,'F minor','87d83155f311e5289d0a738ae885fd57f04d51e5483458ef9ae1aae7d887ba41','fbfe83694bf894cddaa891ce5cfb8d5003e20264550abde441cd3d0920a7d292');
CREATE TABLE jobs (
	job_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	request TEXT NOT NULL, 
	created TEXT NOT NULL, 
	finished TEXT, 
	message TEXT NOT NULL, content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (job_id)
);
INSERT INTO "jobs" VALUES('40538aed9771443087d5c15db761e311','Dark trap','generate','running','{"seed":7}','2026-11-20T11:30:00.123456+00:00',NULL,'',-3933065949181898793);
CREATE TABLE objects (
	object_id TEXT NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	media_type TEXT NOT NULL, 
	created TEXT NOT NULL, number INTEGER DEFAULT '0' NOT NULL, is_absent BOOLEAN DEFAULT '0' NOT NULL, content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (object_id)
);
INSERT INTO "objects" VALUES('fbfe83694bf894cddaa891ce5cfb8d5003e20264550abde441cd3d0920a7d292',13,'audio/flac','2026-11-20T11:30:00.123456+00:00',1,0,-2852323091860438343);
INSERT INTO "objects" VALUES('87d83155f311e5289d0a738ae885fd57f04d51e5483458ef9ae1aae7d887ba41',226,'application/vnd.infinite-studio.snapshot+json','2026-11-20T11:30:00.123456+00:00',2,0,5339705207639640370);
CREATE TABLE ref_moves (
	move_id INTEGER NOT NULL, 
	repository_id TEXT NOT NULL, 
	branch TEXT NOT NULL, 
	from_id TEXT, 
	to_id TEXT, 
	time TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (move_id), 
	FOREIGN KEY(repository_id) REFERENCES repositories (repository_id)
);
INSERT INTO "ref_moves" VALUES(1,'4abfbdc2e25a40d2b81f778cbf1ede57','main',NULL,'85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86','2026-11-20T11:30:00.123456+00:00','commit',6381178812268807136);
INSERT INTO "ref_moves" VALUES(2,'4abfbdc2e25a40d2b81f778cbf1ede57','kept/one',NULL,'85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86','2026-11-20T11:30:00.123456+00:00','branch',3713338350540599818);
INSERT INTO "ref_moves" VALUES(3,'4abfbdc2e25a40d2b81f778cbf1ede57','kept/one','85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86','dcbf7d371da489a8d8c63adbe8dbb6c4455bac5bd2406772b1f0b00859caf3e1','2026-11-20T11:30:00.123456+00:00','commit',54907746844832939);
INSERT INTO "ref_moves" VALUES(4,'4abfbdc2e25a40d2b81f778cbf1ede57','main','85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86','bf44bbdbff00f037d31e83414735a802cc5d90a55db9081abace784f1a809cc7','2026-11-20T11:30:00.123456+00:00','commit',-7255301934095682067);
INSERT INTO "ref_moves" VALUES(5,'4abfbdc2e25a40d2b81f778cbf1ede57','main','bf44bbdbff00f037d31e83414735a802cc5d90a55db9081abace784f1a809cc7','d0dcbff6c87bf997be15d3d1e836fa6a3a7f13116bc047eb9116b31f77157056','2026-11-20T11:30:00.123456+00:00','commit',-1573086508198246352);
INSERT INTO "ref_moves" VALUES(6,'4abfbdc2e25a40d2b81f778cbf1ede57','tags/v1',NULL,'85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86','2026-11-20T11:30:00.123456+00:00','tag',4279615818464557443);
INSERT INTO "ref_moves" VALUES(7,'4abfbdc2e25a40d2b81f778cbf1ede57','kept/one','dcbf7d371da489a8d8c63adbe8dbb6c4455bac5bd2406772b1f0b00859caf3e1',NULL,'2026-11-20T11:30:00.123456+00:00','delete',-2356670349966650939);
INSERT INTO "ref_moves" VALUES(8,'d39e29fe52ca49e2a5674794d214db37','main',NULL,'dcbf7d371da489a8d8c63adbe8dbb6c4455bac5bd2406772b1f0b00859caf3e1','2026-11-20T11:30:00.123456+00:00','fork',-2519887338414691862);
CREATE TABLE repositories (
	repository_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	current_branch TEXT NOT NULL, 
	created TEXT NOT NULL, 
	used TEXT NOT NULL, 
	forked_from TEXT, 
	is_public BOOLEAN NOT NULL, 
	working_snapshot BLOB, 
	working_base TEXT, working_hash INTEGER, content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (repository_id), 
	UNIQUE (name_key), 
	CONSTRAINT fk_repositories_forked_from FOREIGN KEY(forked_from) REFERENCES commits (commit_id)
);
INSERT INTO "repositories" VALUES('4abfbdc2e25a40d2b81f778cbf1ede57','Nachtfahrt DCFF','nachtfahrt DCFF','main','2026-11-20T11:30:00.123456+00:00','2026-11-20T11:30:00.123456+00:00',NULL,0,X'7B22646F63756D656E74223A7B226E616D65223A224E616368746661687274222C22747261636B73223A5B7B226F626A656374223A2266626665383336393462663839346364646161383931636535636662386435303033653230323634353530616264653434316364336430393230613764323932227D5D7D2C226F626A6563745F696473223A5B2266626665383336393462663839346364646161383931636535636662386435303033653230323634353530616264653434316364336430393230613764323932225D2C22736E617073686F745F76657273696F6E223A317D','d0dcbff6c87bf997be15d3d1e836fa6a3a7f13116bc047eb9116b31f77157056',6076363645516277775,-2429967733115078557);
INSERT INTO "repositories" VALUES('d39e29fe52ca49e2a5674794d214db37','Abzweig','abzweig','main','2026-11-20T11:30:00.123456+00:00','2026-11-20T11:30:00.123456+00:00','dcbf7d371da489a8d8c63adbe8dbb6c4455bac5bd2406772b1f0b00859caf3e1',0,NULL,NULL,NULL,8863629336556711725);
CREATE TABLE repository_roots (
	repository_id TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (repository_id, sequence), 
	FOREIGN KEY(repository_id) REFERENCES repositories (repository_id)
)
 WITHOUT ROWID

;
INSERT INTO "repository_roots" VALUES('d39e29fe52ca49e2a5674794d214db37',2,-7094836133910056076);
CREATE TABLE sounds (
	sound_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	original_file_name TEXT NOT NULL, 
	object_id TEXT NOT NULL, 
	sample_rate INTEGER NOT NULL, 
	n_channels INTEGER NOT NULL, 
	n_frames INTEGER NOT NULL, 
	analysis TEXT, 
	created TEXT NOT NULL, content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (sound_id), 
	FOREIGN KEY(object_id) REFERENCES objects (object_id)
);
INSERT INTO "sounds" VALUES('4f8a9c4b71cc4c69b80cdaa418dc6f65','Drums','drums.wav','fbfe83694bf894cddaa891ce5cfb8d5003e20264550abde441cd3d0920a7d292',48000,2,96000,'{"tempo_bpm":140.0}','2026-11-20T11:30:00.123456+00:00',6743458020149623361);
CREATE TABLE stems (
	commit_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	stem_type TEXT NOT NULL, 
	name TEXT NOT NULL, 
	object_id TEXT NOT NULL, 
	recipe TEXT, 
	PRIMARY KEY (commit_id, position), 
	FOREIGN KEY(commit_id) REFERENCES commits (commit_id), 
	FOREIGN KEY(object_id) REFERENCES objects (object_id)
);
INSERT INTO "stems" VALUES('85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86',0,'drums','Drums','fbfe83694bf894cddaa891ce5cfb8d5003e20264550abde441cd3d0920a7d292','{"device":"cpu","engine":"sketch","input_object_ids":[],"model_revision":"1","parameters":{"bars":8},"prompt":"dark trap","seed":7}');
INSERT INTO "stems" VALUES('d0dcbff6c87bf997be15d3d1e836fa6a3a7f13116bc047eb9116b31f77157056',0,'drums','Drums','fbfe83694bf894cddaa891ce5cfb8d5003e20264550abde441cd3d0920a7d292','{"device":"cpu","engine":"sketch","input_object_ids":[],"model_revision":"1","parameters":{"bars":8},"prompt":"dark trap","seed":7}');
CREATE TABLE tags (
	repository_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	commit_id TEXT NOT NULL, 
	created TEXT NOT NULL, 
	content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (repository_id, name), 
	FOREIGN KEY(repository_id) REFERENCES repositories (repository_id), 
	FOREIGN KEY(commit_id) REFERENCES commits (commit_id)
);
INSERT INTO "tags" VALUES('4abfbdc2e25a40d2b81f778cbf1ede57','v1','85b9ffd10666b846d996c2c57fcffe170806281a77952122ff160ca644a34c86','2026-11-20T11:30:00.123456+00:00',-8893667001025072728);
CREATE TABLE users (
	user_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT NOT NULL, 
	is_current BOOLEAN NOT NULL, content_hash INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (user_id), 
	CONSTRAINT uq_users_name_email UNIQUE (name, email)
);
INSERT INTO "users" VALUES(1,'Ada','ada@example.org',1,3211800099258613032);
CREATE INDEX ix_commits_repository ON commits (repository_id, sequence);
CREATE INDEX ix_commit_parents_parent_id ON commit_parents (parent_id);
CREATE INDEX ix_stems_object_id ON stems (object_id);
CREATE INDEX ix_sounds_object_id ON sounds (object_id);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE UNIQUE INDEX ix_objects_number ON objects (number);
CREATE INDEX ix_commits_snapshot ON commits (snapshot_object_id);
CREATE INDEX ix_commits_mixdown ON commits (mixdown_object_id);
CREATE INDEX ix_tags_commit_id ON tags (commit_id);
CREATE INDEX ix_ref_moves_repository ON ref_moves (repository_id, move_id);
COMMIT;
