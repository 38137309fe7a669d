export const HELP = `npm run ops -- <what> <action> [arguments] [options]

What went wrong on the bus and on the way to the providers, and what can be done about it. Talks to a running inbox; every
change is in its audit log under your name.

  lag                                   how far each consumer group is behind

  dead-letters list [filter]            records that no consumer could process, newest first
  dead-letters show <id>                one of them, with its original bytes and headers
  dead-letters replay <id…>             publish them to their topic again; consumers do nothing twice
  dead-letters replay [filter]          the same for all open ones that the filter finds
  dead-letters discard <id…> --why …    mark them as not to be replayed
  dead-letters discard [filter] --why …

  parked list                           keys whose records wait, in order, behind one that failed
  parked show <group> <key>             the records of one key
  parked release <group> <key>          have the consumer process them again, in order

  unknown list                          messages that left and may or may not have arrived
  unknown show <message id>             one of them
  unknown resolve <message id> --outcome sent|failed [--note …]
                                        say that it arrived, or that it did not
  unknown resend <message id>           send it again as a new attempt

  audit list                            what operators did, newest first

Filter of dead letters (every condition given must hold)
  --state open|replayed|discarded       list: default all; replay and discard: open ones only
  --topic <name>      --group <name>
  --reason <words>                      part of the reason
  --since <when>      --until <when>    2026-03-01T10:00Z, or an age: 30s, 15m, 2h, 7d
  --all                                 replay and discard without any condition

Options
  --dry-run                             dead-letters replay, discard: count and show, change nothing
  --per-second <n>                      dead-letters replay: at most so many records a second (1 to 1000, default 20)
  --why <text>                          dead-letters discard: the reason, kept in the audit log
  --outcome sent|failed, --note <text>  unknown resolve: what became of it, and how you know
  --limit <n>                           lists: at most so many rows (default 50)
  --json                                the answer as JSON, for programs
  --help                                this

Environment
  SEAWAY_URL                            the inbox (default http://127.0.0.1:3000)
  SEAWAY_OPS_EMAIL, SEAWAY_OPS_PASSWORD the log-in of an agent with role admin; asked for when it is missing

Exit codes
  0 done    1 refused, failed, or not reachable    2 the command line is wrong`;
