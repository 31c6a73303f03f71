/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulation: kiosks with their disks and modems, people, volunteers, one collector and the
 * network between them, all in one process on simulated time, driven by one seed. What runs is the
 * product: core, ledger on SQLite, wire, sms, the kiosk room and the collector room. What is
 * simulated is the world around: clocks, disks (tests/support/vfs_fault.h), deliveries, hands.
 *
 * sim.c has the world and its time, day.c what happens in it, edges.c what ends between send and
 * answer, machine.c one kiosk and what it says beside what the model of people says, clocks.c its
 * time, disks.c the disks, modem.c its texts, mail.c the network, national.c the collector and what
 * it may say, mishaps.c how often each kind of fault was played.
 */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include <setjmp.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "collector.h"
#include "kiosk_private.h"
#include "merkle.h"
#include "mishaps.h"
#include "model.h"
#include "papers.h"
#include "vfs_fault.h"

enum {
	MACHINES_MAX = 6,
	HUBS_MAX = 2,
	MEETINGS_MAX = 3,
	TEXTS_MAX = MODEL_TEXTS_MAX,
	STORE_MAX = 50,
	OPS_MAX = 40,
	POSTED_MAX = 2048,
	ACCEPTED_MAX = 256,
	WHO_TICKET = 1, /* + number; tickets have up to 4 digits */
	WHO_OCTETS = 10000,
	WHO_PHONE = 20000,
	SECOND_US = 1000000,
	MINUTE_US = 60 * SECOND_US,
};

/* A text somebody sent: as the SMS centre has it. */
struct text {
	unsigned machine; /* whose number it was sent to */
	enum text_ask ask;
	uint32_t who;
	uint16_t project;
	uint8_t people;
	bool from_person; /* not a gateway */
	struct msg_sms sms;
};

/* One place in a modem's store. */
struct stored {
	bool used, offered;
	bool stuck; /* the modem will not delete it, and skips it */
	uint32_t id;
	unsigned text;
	bool decided;
	struct msg_sms_verdict verdict;
};

enum clock_kind {
	CLOCK_GOOD,
	CLOCK_UNKNOWN,
	CLOCK_1970,
	CLOCK_2038,
	CLOCK_BACKWARDS,
	CLOCK_N_KINDS
};

/* An older state of a disk, and what the model knew then. */
struct backup {
	struct fault_disk *disk;
	struct model model;
	uint64_t at_us;
	uint64_t due_us; /* it is put back then; 0: perhaps some time */
};

struct machine {
	struct sim *sim;
	unsigned index;
	unsigned meeting; /* whose card lies beside it */
	struct fault_disk *disk;
	struct kiosk *kiosk; /* NULL: no power */
	struct secret_seed seed;
	struct public_key device;
	unsigned generation; /* starts so far: what was under way for an earlier one is lost */
	/* time */
	uint64_t booted_us, ran_us;
	uint8_t boots;
	enum clock_kind clock;
	bool clock_lied; /* since the power came */
	bool clock_ever_bad;
	uint64_t start_at_us;
	/* faults */
	bool cut_armed, dying, limited, io_armed;
	bool unacknowledged; /* the cut keeps what was written, and comes before its answer */
	bool old_disk;       /* an older state, or a copy, of this disk runs or ran */
	bool twin;           /* a copy runs at the same time */
	bool may_fork;       /* batches this disk does not know of were under way */
	unsigned n_old;      /* its first openings, which other states of this disk share */
	bool ahead; /* perhaps it has receipts that the collector's own disk, put back, has not */
	bool link_down;
	uint64_t last_arrived; /* of its requests, at the collector: the last sent */
	uint64_t posted_us;    /* its last batch left */
	bool has_modem;
	bool card_lost; /* nobody has its card any more */
	struct backup backup;
	/* the model */
	struct model sure, then; /* `then`: with what this turn brought */
	bool texts;              /* the card was shown since the start */
	unsigned n_ops;
	struct op op[OPS_MAX];
	struct op extra; /* an op that does not fit the turn: a repeated text nobody knows of */
	bool close_asked, closed_shown;
	bool opened_shown;
	uint64_t card_key;
	struct msg_view manual_view, text_view;
	bool has_manual_view, has_text_view;
	/* modem */
	struct stored store[STORE_MAX];
	uint32_t n_ids;
	bool sweep_asked;
	uint64_t sweep_at_us;
	uint8_t replied[TEXTS_MAX];
	/* the last answer it was given, for playing back */
	size_t old_answer_len;
	uint8_t old_answer[ANSWER_BYTES_MAX + 512];
};

/* What the collector said it has of an epoch. */
struct accepted {
	struct epoch_id epoch;
	unsigned machine; /* MACHINES_MAX: a forger with a card */
	uint32_t seq;
	struct hash hash;
	bool forked; /* it was sent something else under a number it has */
	uint16_t n_rows;
	struct batch_row row[MODEL_ROWS_MAX];
};

/* A batch some kiosk sent. */
struct posted {
	struct epoch_id epoch;
	uint32_t seq;
	struct hash hash;
	unsigned machine;
};

/* An older state of the collector's disk, and what the model knew then. */
struct national_backup {
	struct fault_disk *disk;
	uint64_t due_us;      /* it is put back then; 0: there is none */
	uint64_t put_back_us; /* 0: it was not */
	struct merkle_frontier log;
	unsigned n_accepted, n_hashes;
	struct accepted accepted[ACCEPTED_MAX];
};

struct national {
	struct fault_disk *disk;
	struct collector *collector; /* NULL: down */
	uint64_t up_at_us;
	bool cut_armed;
	bool changed;               /* since national_check() */
	struct merkle_frontier log; /* of what it accepted, our own */
	unsigned n_accepted;
	struct accepted accepted[ACCEPTED_MAX];
	unsigned n_hashes;
	struct hash hash[POSTED_MAX]; /* all that it accepted */
	bool revoked[HUBS_MAX];
	uint64_t revoked_us[HUBS_MAX];
	struct national_backup backup;
	/* a batch that was being posted when the power went: nobody was told */
	size_t maybe_len;
	uint8_t maybe[BATCH_BYTES_MAX];
};

struct letter;

/* What ends while a batch of `machine` is under way (edges.c). */
enum edge_kind { EDGE_NONE, EDGE_TIME, EDGE_REVOKED_THERE, EDGE_REVOKED_BACK };
struct edge {
	enum edge_kind kind; /* to come */
	unsigned machine;
	uint64_t until_us; /* when the held request arrives */
	bool held;         /* it was */
};

struct sim {
	uint64_t seed, random;
	bool verbose, calm; /* calm: all faults cease */
	unsigned step;
	int64_t start; /* Unix seconds at now_us 0 */
	uint64_t now_us;
	bool night;
	const char *folder; /* where the databases' names are made; their content is in memory */
	char ledger_path[256], store_path[256];
	struct network_papers papers;
	unsigned n_hubs, n_meetings, n_machines;
	struct hub_papers hub[HUBS_MAX];
	struct meeting_papers meeting[MEETINGS_MAX];
	struct machine machine[MACHINES_MAX];
	struct national national;
	struct letter *mail;
	uint64_t n_letters;
	struct edge edge;
	unsigned n_texts;
	struct text text[TEXTS_MAX];
	uint64_t key;
	unsigned n_posted;
	struct posted posted[POSTED_MAX];
	/* how bad this world is, per cent */
	unsigned lossy, doubling, garbling, cutting;
	bool may_revoke;
	struct mishaps mishaps;
	uint64_t counted, accepted_people; /* for the closing line */
	jmp_buf failed;
	char why[1024];
};

/* --- sim.c --- */
/* Runs one seed from its beginning to its end. True, or false with sim->why. */
bool sim_run(struct sim *sim, uint64_t seed, bool verbose, const char *folder);
uint64_t sim_draw(struct sim *sim, uint64_t bound); /* [0, bound) */
bool sim_chance(struct sim *sim, unsigned percent);
int64_t sim_wall(const struct sim *sim);
void sim_advance(struct sim *sim, uint64_t us);
void sim_happened(struct sim *sim, enum mishap mishap);
__attribute__((format(printf, 2, 3))) void sim_say(const struct sim *sim, const char *format, ...);
/* A promise is broken: says which, and ends the run. */
__attribute__((format(printf, 2, 3), noreturn)) void sim_fail(struct sim *sim, const char *format,
                                                              ...);

/* --- day.c --- */
void day_set_up(struct sim *sim);
void day_step(struct sim *sim);

/* --- reckoning.c --- */
void reckoning(struct sim *sim);

/* --- machine.c --- */
void machine_init(struct sim *sim, unsigned index, unsigned meeting);
void machine_deinit(struct machine *m);
void machine_start(struct machine *m);
enum stop_kind { STOP_CLEAN, STOP_KILLED, STOP_POWER, STOP_POWER_TORN };
void machine_stop(struct machine *m, enum stop_kind kind);
/* Hands the kiosk the time. */
void machine_turn(struct machine *m);
/* The turn's end: commits, then compares what the kiosk holds and said with the model. */
void machine_settle(struct machine *m);
void machine_run(struct machine *m);
uint64_t machine_wake_us(const struct machine *m);
void machine_code(struct machine *m, const char *code, size_t len, const struct op *op);
void machine_card(struct machine *m, const struct meeting_papers *meeting);
void machine_control(struct machine *m, const struct msg_control *control, const struct op *op);
/* The place for an op of this turn, as it is to be answered; NULL: the turn is full. */
struct op *machine_op(struct machine *m, const struct op *op, uint64_t key);
void machine_recount(struct machine *m);
bool machine_is_open(const struct machine *m);

/* --- clocks.c: the time as its machine has it; its clock goes wrong, or right again --- */
struct kiosk_time machine_time(struct machine *m);
void machine_clock(struct machine *m, enum clock_kind clock);

/* --- disks.c ---
 * The disk as it was when it was last backed up; and a second machine with a copy of this one's
 * disk. The same for the collector. */
void machine_back_up(struct machine *m);
void machine_restore(struct machine *m);
/* Backs up now, to put it back in an hour. */
void machine_restore_later(struct machine *m);
void machine_clone(struct machine *m, unsigned index);
/* What is due is put back, the collector's disk, too. */
void disks_restore(struct sim *sim);

/* --- modem.c --- */
void modem_receive(struct machine *m, unsigned text);
void modem_sweep(struct machine *m);
void modem_verdict(struct machine *m, const struct msg_sms_verdict *verdict);
/* Does what verdicts asked for. */
void modem_act(struct machine *m);
void modem_crash(struct machine *m);
/* An occurrence is closed: the newest text read, and at most all there can be of it, are dealt with.
 */
void modem_note_dealt(struct machine *m, const struct manifest *manifest, uint16_t occurrence);

/* --- mail.c --- */
int mail_request(struct machine *m, const struct msg_http_request *request, const uint8_t *body,
                 size_t len);
uint64_t mail_next_us(const struct sim *sim); /* UINT64_MAX: nothing under way */
void mail_deliver(struct sim *sim);           /* the first one */
bool mail_has_posts_of(const struct sim *sim, const struct public_key *device);
void mail_drop_all(struct sim *sim);

/* --- edges.c --- */
/* A window, its grace or the hub's word ends between what this kiosk sends and its answer. */
void edge_play(struct machine *m);
/* What edge_play() asked for: this request takes until then, and nothing else befalls it; its answer
 * takes so long. */
bool edge_request(const struct machine *m, const struct msg_http_request *request, uint64_t *at_us);
void edge_answer(const struct machine *m, const struct msg_http_request *request,
                 uint64_t *after_us);
/* An answer arrives for what was sent then, and was judged then. */
void edge_note(struct machine *m, const struct msg_http_request *request, uint64_t sent_us,
               uint64_t arrived_us);

/* --- national.c --- */
void national_init(struct sim *sim);
void national_deinit(struct sim *sim);
void national_start(struct sim *sim);
void national_crash(struct sim *sim, enum fault_survival survival);
/* 0 and a reply, or no answer. `garbled`: not as it was sent. */
int national_post(struct sim *sim, const struct nonce *nonce, const uint8_t *body, size_t len,
                  bool garbled, struct collector_reply *ret);
int national_head(struct sim *sim, const struct nonce *nonce, const struct epoch_id *epoch,
                  struct collector_reply *ret);
/* Epochs and national totals are what was answered, and no more. */
void national_check(struct sim *sim);
struct accepted *national_accepted(struct sim *sim, const struct epoch_id *epoch);
void national_revoke(struct sim *sim, unsigned hub);
/* Backs its disk up, to put it back in an hour; and puts it back. */
void national_restore_later(struct sim *sim);
void national_restore(struct sim *sim);
void national_forge(struct sim *sim);

/* --- random.c --- */
/* random_bytes() of base, in this program: the octets follow the seed. */
void random_follow(uint64_t *state);

#endif
