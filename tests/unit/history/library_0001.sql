BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE branches (
	repository_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	commit_id TEXT NOT NULL, 
	PRIMARY KEY (repository_id, name), 
	FOREIGN KEY(repository_id) REFERENCES repositories (repository_id), 
	FOREIGN KEY(commit_id) REFERENCES commits (commit_id)
);
INSERT INTO "branches" VALUES('7e549c85a51047249fbc29eab02abdd6','main','e59711749743b25488e6dbe881069c48f539ccb97a11ec137ca0bdccad82a48c');
INSERT INTO "branches" VALUES('5caef88bb1e246e3a7b541467de8eb48','main','b7f1fd2a75b2db848c69adee7d9efe5a2abbbbb6516e401934042f003f1ae055');
CREATE TABLE commit_parents (
	commit_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	parent_id TEXT NOT NULL, 
	PRIMARY KEY (commit_id, position), 
	FOREIGN KEY(commit_id) REFERENCES commits (commit_id), 
	FOREIGN KEY(parent_id) REFERENCES commits (commit_id)
);
INSERT INTO "commit_parents" VALUES('e59711749743b25488e6dbe881069c48f539ccb97a11ec137ca0bdccad82a48c',0,'b7f1fd2a75b2db848c69adee7d9efe5a2abbbbb6516e401934042f003f1ae055');
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
INSERT INTO "commits" VALUES(1,'b7f1fd2a75b2db848c69adee7d9efe5a2abbbbb6516e401934042f003f1ae055','7e549c85a51047249fbc29eab02abdd6',1,'2026-11-20T09:30:00.123456+00:00','First',140.0,'F minor','1685e74be41827736e2d37850b50ab6cf8361006a5086db1b9c2a18660363bb1','ca98e3aa0d43445d519355f29541f182c03136743a7463567bad1701a861edfa');
INSERT INTO "commits" VALUES(2,'e59711749743b25488e6dbe881069c48f539ccb97a11ec137ca0bdccad82a48c','7e549c85a51047249fbc29eab02abdd6',1,'2026-11-20T09:30:00.123456+00:00','Second',NULL,NULL,'1685e74be41827736e2d37850b50ab6cf8361006a5086db1b9c2a18660363bb1',NULL);
CREATE TABLE jobs (
	job_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	request TEXT NOT NULL, 
	created TEXT NOT NULL, 
	finished TEXT, 
	message TEXT NOT NULL, 
	PRIMARY KEY (job_id)
);
INSERT INTO "jobs" VALUES('26df6b07533d40c1bbaf06cb346e0b0a','Dark trap','generate','running','{"seed":7}','2026-11-20T09:30:00.123456+00:00',NULL,'');
CREATE TABLE objects (
	object_id TEXT NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	media_type TEXT NOT NULL, 
	created TEXT NOT NULL, 
	PRIMARY KEY (object_id)
);
INSERT INTO "objects" VALUES('ca98e3aa0d43445d519355f29541f182c03136743a7463567bad1701a861edfa',13,'audio/flac','2026-11-20T09:30:00.123456+00:00');
INSERT INTO "objects" VALUES('1685e74be41827736e2d37850b50ab6cf8361006a5086db1b9c2a18660363bb1',226,'application/vnd.infinite-studio.snapshot+json','2026-11-20T09:30:00.123456+00:00');
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
	working_base TEXT, 
	PRIMARY KEY (repository_id), 
	UNIQUE (name_key), 
	CONSTRAINT fk_repositories_forked_from FOREIGN KEY(forked_from) REFERENCES commits (commit_id)
);
INSERT INTO "repositories" VALUES('7e549c85a51047249fbc29eab02abdd6','Nachtfahrt DCFF','nachtfahrt DCFF','main','2026-11-20T09:30:00.123456+00:00','2026-11-20T09:30:00.123456+00:00',NULL,0,X'7B22646F63756D656E74223A7B226E616D65223A224E616368746661687274222C22747261636B73223A5B7B226F626A656374223A2263613938653361613064343334343564353139333535663239353431663138326330333133363734336137343633353637626164313730316138363165646661227D5D7D2C226F626A6563745F696473223A5B2263613938653361613064343334343564353139333535663239353431663138326330333133363734336137343633353637626164313730316138363165646661225D2C22736E617073686F745F76657273696F6E223A317D','e59711749743b25488e6dbe881069c48f539ccb97a11ec137ca0bdccad82a48c');
INSERT INTO "repositories" VALUES('5caef88bb1e246e3a7b541467de8eb48','Abzweig','abzweig','main','2026-11-20T09:30:00.123456+00:00','2026-11-20T09:30:00.123456+00:00','b7f1fd2a75b2db848c69adee7d9efe5a2abbbbb6516e401934042f003f1ae055',0,NULL,NULL);
CREATE TABLE sounds (
	sound_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	original_file_name TEXT NOT NULL, 
	object_id TEXT NOT NULL, 
	sample_rate INTEGER NOT NULL, 
	n_channels INTEGER NOT NULL, 
	n_frames INTEGER NOT NULL, 
	analysis TEXT, 
	created TEXT NOT NULL, 
	PRIMARY KEY (sound_id), 
	FOREIGN KEY(object_id) REFERENCES objects (object_id)
);
INSERT INTO "sounds" VALUES('d28b50ccf1ee4fa4bb9ff8765dd8f0b1','Drums','drums.wav','ca98e3aa0d43445d519355f29541f182c03136743a7463567bad1701a861edfa',48000,2,96000,'{"tempo_bpm":140.0}','2026-11-20T09:30:00.123456+00:00');
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
INSERT INTO "stems" VALUES('b7f1fd2a75b2db848c69adee7d9efe5a2abbbbb6516e401934042f003f1ae055',0,'drums','Drums','ca98e3aa0d43445d519355f29541f182c03136743a7463567bad1701a861edfa','{"device":"cpu","engine":"sketch","input_object_ids":[],"model_revision":"1","parameters":{"bars":8},"prompt":"dark trap","seed":7}');
CREATE TABLE users (
	user_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT NOT NULL, 
	is_current BOOLEAN NOT NULL, 
	PRIMARY KEY (user_id), 
	CONSTRAINT uq_users_name_email UNIQUE (name, email)
);
INSERT INTO "users" VALUES(1,'Ada','ada@example.org',1);
CREATE INDEX ix_commits_repository ON commits (repository_id, sequence);
CREATE INDEX ix_commit_parents_parent_id ON commit_parents (parent_id);
CREATE INDEX ix_stems_object_id ON stems (object_id);
CREATE INDEX ix_sounds_object_id ON sounds (object_id);
CREATE INDEX ix_jobs_state ON jobs (state);
COMMIT;
