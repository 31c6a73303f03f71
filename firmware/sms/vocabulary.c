/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "catalogue.h"
#include "vocabulary.h"

/* Rules for these: firmware/po/README. They stand in the order of enum meaning. */
static const char *const lists[MEANINGS] = {
    [MEANS_STOP] = WORDS(
        "words that end replies, where they begin or end a text",
        /* TRANSLATORS: from here on lists of words that people write to us: all that people write
           in your language for what the context says, not a translation word by word. Without
           capitals, accents and apostrophes, a comma and a space between them. A word of English
           that people use in your language stands in the list too. */
        "stop, stopall, stopp, st0p, unsubscribe, un subscribe, unsubscribed, unsub, optout, opt "
        "out"),
    [MEANS_STOP_ALONE] = WORDS("words that end replies, with words about messages or alone",
                               "end, quit, cancel, revoke, cease, cease and desist, discontinue, "
                               "enough, remove, no more, exit, leave, halt, desist"),
    [MEANS_START] =
        WORDS("words that bring replies back, with words about messages or alone",
              "start, unstop, resume, subscribe, resubscribe, optin, opt in, opt me in, "
              "opt back in, opt me back in, restart, continue"),
    [MEANS_HELP] = WORDS("words that ask for help, where they begin a text",
                         "help, info, i need help, need help, more info, please help"),
    [MEANS_UNDO] =
        WORDS("words that take one's own check-in back",
              "undo, undo that, cancel my check in, cancel my checkin, cancel check in, remove my "
              "check in, delete my check in, take back my check in, uncheck me, check me out"),
    [MEANS_HERE] =
        WORDS("words that say: I am here, in a short text", "here, present, attending, heer, hear"),
    [MEANS_FIRST] = WORDS("words that say: it is my first time", "first, firsttime, 1st"),
    [MEANS_NEW] = WORDS("words that say so beside a keyword only", "new"),
    /* TRANSLATORS: 1 to 20, in order; several words for one number with a stroke between them. */
    [MEANS_NUMBER] =
        WORDS("numbers",
              "one, two, three/trio/threesome, four, five, six, seven, eight, nine, ten, eleven, "
              "twelve, thirteen, fourteen, fifteen, sixteen, seventeen, eighteen, "
              "nineteen, twenty"),
    [MEANS_STATUS] = WORDS("words by which a volunteer asks how it goes", "status"),
    [MEANS_STOP_SAID] = WORDS(
        "phrases that end replies wherever they stand",
        "unsubscribe, opt out, optout, opt me out, opted out, opting out, remove me, please "
        "remove, "
        "remove my number, remove this number, remove us, take me off, take my number off, take my "
        "name off, take this number off, take us off, get me off, delete me, delete my number, "
        "delete this number, delete my info, delete my information, lose my number, lose this "
        "number, dont text, do not text, dont message, do not message, dont contact, do not "
        "contact, dont call, do not call, dont send, do not send, dont sms, never text, never "
        "message, never contact, no texts, no text, no texting, no messages, no sms, no more "
        "texts, no more texting, no more messages, no more msgs, no more msg, no more sms, no more "
        "text, no more of these, no more please, no more notifications, no more alerts, no longer "
        "wish, no longer want, leave me alone, leave us alone, stop texting, stop sending, stop "
        "messaging, stop contacting, stop calling, stop bothering, stop spamming, stop harassing, "
        "stop these, stop this, stop the texts, stop the messages, stop all, stop text, stop "
        "texts, stop message, stop messages, stop msgs, stop sms, stop it, quit texting, quit "
        "sending, quit messaging, quit bothering, quit contacting, end texts, end messages, end "
        "these, end all, cancel texts, cancel messages, cancel my subscription, cancel "
        "subscription, cancel these, cancel all, discontinue these, revoke my consent, revoke "
        "consent, withdraw my consent, withdraw consent, i do not consent, i dont consent, dont "
        "want these, do not want these, dont want texts, dont want messages, dont want any more, "
        "do not want any more, dont want to receive, do not want to receive, dont want to get, do "
        "not want to get, dont wish to receive, do not wish to receive, dont want your, do not "
        "want your, go away, fuck off, f off, piss off, screw off, not interested, no interest, "
        "block my number, make it stop, off your list, off this list, off the list, off of this "
        "list, off of your list, from your list, from this list, from the list, from your "
        "database, from your contacts"),
    [MEANS_STOP_NOT] = WORDS(
        "phrases with such words that mean something else",
        "bus stop, train stop, dont stop, do not stop, cant stop, cannot stop, wont stop, never "
        "stop, non stop, nonstop, stop by, stop at, stop sign, stop light, stop in, the stop, a "
        "stop, my stop, our stop, last stop, next stop, first stop, one stop, rest stop, pit stop, "
        "whistle stop, stop the good, stop and shop, please remove your, do not call until, it "
        "stop, to stop, not interested in leaving"),
    [MEANS_STOP_DENY] =
        WORDS("words that end replies where a word for writing follows soon",
              "dont, do not, never, stop, quit, cease, no more, no, not, please dont"),
    [MEANS_CONTACT] = WORDS(
        "words for writing to somebody that may be denied",
        "text, texts, texting, txt, txting, txts, message, messages, messaging, msg, msgs, "
        "contact, "
        "contacting, sending, send, bother, bothering, spam, spamming, sms, harassing, harass, "
        "calling, notifications, notification, alerts, reminders, blowing up, bugging, bug me, "
        "bombarding, hitting me up, hit me up"),
    [MEANS_MESSAGES] = WORDS(
        "words about messages that may stand with such words",
        "text, texts, texting, textin, message, messages, messaging, msg, msgs, sms, sending, "
        "me, my, us, this, these, that, those, all, now, again, it, number, list, "
        "subscription, service, consent, notification, notifications, alert, alerts, to, "
        "from, the, for, your, more, any, anymore, contacting, contact, updates, on, send, "
        "i, want, yes, asap, immediately, and, already, at, once, spam, spamming, off, out, "
        "reminders, im, replies, everything"),
    [MEANS_HERE_SAID] = WORDS(
        "phrases that say: I am here, in a text of any length",
        "im here, i am here, iam here, imhere, we are here, were here, weare here, am here, are "
        "here, is here, just here, here for, here now, here with, here at, here in, im hear, im "
        "at the, im in the, i am at the, i am in the, we are at the, were at the, check in, "
        "checkin, check me in, check us in, checking in, checkin in, checked in, checking us in, "
        "checks in, sign in, sign me in, sign us in, signing in, signed in, sign me up, sign us "
        "up, arrived, arriving now, im arriving, have arrived, made it, got here, just got in, "
        "walked in, "
        "just walked, showed up, in attendance, am present, are present, is present, am attending, "
        "are attending, is attending, im attending, im present, count me, count us, count me in, "
        "count us in, counting me, add me, add us, put me down, put us down, put down, register "
        "me, register us, mark me, mark us, log me in, reporting in, reporting for, im in, in the "
        "room, in the building, in the house, in da house, present for, attending for, joined, "
        "joining, im coming in, i came, we came, i showed, here i am, here we are, i attended"),
    [MEANS_NOT] =
        WORDS("words that deny what follows", "cant, cannot, can not, couldnt, could not, wont, "
                                              "will not, not, arent, aint, isnt, unable, "
                                              "didnt, did not, dont, wouldnt, wasnt, werent, "
                                              "havent, never, not able, not gonna, unlikely, "
                                              "failed, too sick, too busy, too tired"),
    [MEANS_COMING] =
        WORDS("words for coming that may be denied",
              "come, coming, make, making, be, attend, attending, here, there, go, going, get, "
              "getting, join, joining, show, at, arrive, arrived, arriving, participate, present, "
              "check, checking, sign, in, able"),
    [MEANS_AWAY] = WORDS(
        "phrases that say that somebody is not here, or that nobody of us is meant",
        "wrong number, wrong person, wrong phone, wrong guy, who is this, whos this, who dis, who "
        "this, who r u, who are you, new phone, will miss, ill miss, im missing, gonna miss, going "
        "to miss, have to miss, had to miss, must miss, missed, missing, running away, went home, "
        "going home, staying home, stay home, skipping, skip, skipped, not here "
        "for, call in sick, im sick, i am sick, home sick, stuck at work, stuck at home, stuck in "
        "bed, on vacation, out of town, another time, some other time, rain check, raincheck, "
        "count "
        "me out, count us out, leaving now, just left, i left, we left, had to leave, maybe next, "
        "changed my mind, change of plans, no longer coming, not coming, no thanks, no thank you, "
        "verification code, your code, passcode, have the wrong, got the wrong, never mind, "
        "nevermind, nvm"),
    [MEANS_LATER] =
        WORDS("phrases that speak of another day",
              "tomorrow, next week, next month, next time, next year, see you, see ya, "
              "yesterday, last week, last night, last month, maybe, might, if i, if we, "
              "some day, someday, hopefully, be there, get there, on my way, omw, "
              "heading, tmrw, tomorow"),
    [MEANS_ASKING] = WORDS(
        "words that begin a question",
        "where, wheres, when, whens, what, whats, wat, who, whos, why, how, hows, which, is, is "
        "this, is there, is it, are there, are you, are we, do i, do you, do we, does, did, will "
        "there, will you, can i bring, can i park, can i come, can i get a, can we, can kids, "
        "should "
        "i, could i bring, whose, was there, am i, any idea, anyone know, anybody, is anyone, does "
        "anyone, hey where, hey what, wondering if, wondering where, wondering what, wondering "
        "when, "
        "i have a question about, tell me, can you tell, could you tell, do they, has, have you, "
        "have they, could someone tell"),
    [MEANS_ASKING_MARK] =
        WORDS("words that begin a question if there is a question mark",
              "are, do, will, can, could, would, should, was, were, have, am, may, "
              "any, still, no, so is, isnt, arent, doesnt, didnt, wont, so, but"),
    [MEANS_ASKING_FOR] =
        WORDS("words that may begin a request to be counted",
              "can you, could you, would you, will you, can i, could i, can we, "
              "could we, may i, may we, can u, could u, please can you, can you "
              "please, could you please, are you able to, i would like to, id like "
              "to, i want to, want to, like to, wanted to, trying to, need to"),
    [MEANS_SELF] =
        WORDS("words for oneself", "me, i, myself, im, mine, self, moi, ourselves, me myself"),
    [MEANS_ONE] = WORDS("words for one before a noun", "a, an, another, 1 more, one more"),
    [MEANS_OWN] = WORDS("words before somebody who belongs to one",
                        "my, our, his, her, the, their, your, both my, both our, all my, all our"),
    [MEANS_OTHER] = WORDS(
        "words between a number and a noun that say: others",
        "other, others, more, extra, additional, another, else, of my, of our, of his, of her"),
    [MEANS_KIND] = WORDS(
        "words between a number and a noun that say nothing",
        "adult, little, small, young, older, elderly, senior, big, grown, grown up, teen, "
        "teenage, family, new, of the, really, lovely, great, awesome, wonderful, happy, good, "
        "beautiful, best, dear, sweet, local, other, of, school, college, male, female, full, "
        "registered, confirmed, total, toddler, baby, old, closest, next door, door"),
    [MEANS_PEOPLE] = WORDS(
        "people of whom oneself may be one",
        "人, people, peoples, peeps, ppl, persons, person, folks, folk, adults, adult, grownups, "
        "grownup, "
        "women, woman, men, man, ladies, lady, guys, guy, gentlemen, girls, girl, boys, boy, "
        "seniors, "
        "senior, students, student, attendees, attendee, participants, participant, members, "
        "member, "
        "heads, head, pax, humans, human, individuals, individual, residents, resident, voters, "
        "voter, citizens, citizen, volunteers, volunteer, neighbors, neighbours, souls, bodies, "
        "seats, tickets, ticket, spots, spot, slots, persona, ppls, peopel, poeple, poepl, pple, "
        "persns, tix, homies, dudes, gals, parents, grandparents, teens, teenagers, sisters, "
        "brothers, retirees, family members, couples, visitors, visitor, teachers, teacher, moms, "
        "dads, mothers, fathers, generations, check ins, checkins, entries"),
    [MEANS_COMPANY] = WORDS(
        "somebody else than oneself",
        "guest, friend, other, wife, husband, hubby, hubs, wifey, spouse, partner, son, daughter, "
        "kid, child, kiddo, baby, toddler, infant, newborn, mom, mum, mommy, mother, dad, daddy, "
        "father, sister, brother, sis, bro, sibling, grandma, grandmother, grandpa, grandfather, "
        "nana, granny, grandson, granddaughter, grandchild, cousin, aunt, auntie, uncle, niece, "
        "nephew, neighbor, neighbour, roommate, roomie, housemate, girlfriend, boyfriend, gf, bf, "
        "fiance, fiancee, significant other, better half, other half, colleague, coworker, co "
        "worker, classmate, companion, caregiver, buddy, bestie, date, mother in law, father in "
        "law, "
        "sister in law, brother in law, son in law, daughter in law, stepson, stepdaughter, "
        "stepmom, "
        "stepdad, in law, him, her, plus one, plus1, student, boss, family, fam, crew, nurse, "
        "assistant, teen, "
        "teenager, pal, mate, carer, aide, interpreter"),
    [MEANS_COMPANIES] = WORDS(
        "several others",
        "guests, friends, others, kids, children, kiddos, kiddies, babies, toddlers, infants, "
        "sons, "
        "daughters, relatives, cousins, grandkids, grandchildren, neighbors, neighbours, buddies, "
        "colleagues, coworkers, roommates, siblings, nieces, nephews, aunts, uncles, companions, "
        "twins, boys, girls, parents, folks, sisters, brothers, grandparents, in laws, "
        "inlaws, them, littles, little ones, plus ones, pals, mates, little one, moms, "
        "grandsons, granddaughters, teens, teenagers, classmates, housemates, childern, "
        "chidren, childs, kiddo s, more, extra, additional, else"),
    [MEANS_AND] = WORDS("words that join", "and, n, nd, an, also, as well as, and then, along"),
    [MEANS_PLUS] = WORDS("words that add others to oneself", "plus, pluss, and plus"),
    [MEANS_WITH] =
        WORDS("words before others who came with somebody",
              "with, w, wit, wth, bringing, brought, bring, bring along, brought along, bringing "
              "along, along with, together with, and with, accompanied by, joined by, came with, "
              "come with, im with, i have, i got, i brought, ive got, have, got"),
    [MEANS_TOTAL_IS] = WORDS(
        "words before a number that is all of them",
        "we are, were, we re, there are, theres, there is, therere, there will be, there r, we "
        "will "
        "be, well be, we were, we have, it is, its, it will be, itll be, total, total of, a total "
        "of, "
        "in total, totaling, total is, total number, qty, quantity, quantity of, party, party of, "
        "a "
        "party of, party size, size, group of, a group of, family of, a family of, fam of, famly "
        "of, crew of, team of, "
        "table of, table for, bunch of, headcount, head count, count, count is, count of, number "
        "of "
        "people, number in party, no of people, num people, how many, all, all of, just, just the, "
        "only, us, us all, all of us, of us, for, "
        "we r, we be, mark, bringing total, household of, a household of, class of kids, carload "
        "of, "
        "reservation for, checking in, check in, sign in, signing in, put down, put us down for, "
        "put "
        "me down for, count us, sign us up for, make us, count us as, as, "
        "represented by, here are, are, we came, came, up to, i count, making, makes, that makes, "
        "that makes us, party total, add, here, equals, so, now"),
    [MEANS_TOTAL] = WORDS(
        "words behind a number that is all of them",
        "of us, total, in total, all together, altogether, in all, all in, all told, in our party, "
        "in "
        "my party, in party, in the party, in our group, in my group, in group, in our family, in "
        "my "
        "family, in the family, in family, here, attending, coming, came, checking in, check in, "
        "checked in, arrived, present, in attendance, for us, strong, combined, here for, here "
        "tonight, here today, joining, signing in, at the door, are here, arriving, in here, "
        "showed "
        "up, we are, are we, from my house, from our house, from my household"),
    [MEANS_TIMES] = WORDS("signs of multiplication", "x"),
    [MEANS_TWO_SAID] =
        WORDS("words for two people",
              "couple, a couple, the couple, both, both of us, us both, we both, pair, a pair, "
              "pair of us, a "
              "pair of us, couple of us, a couple of us, duo, twosome, us two, we two, two of us, "
              "the two of "
              "us, the two, 2 of us, the 2 of us, just us two, married couple, old couple, "
              "two some, the both of us, you and i, hubby and i, hubby and me"),
    [MEANS_ALONE] = WORDS(
        "words that say: nobody else",
        "just me, only me, just myself, only myself, solo, alone, by myself, on my own, me only, "
        "me alone, just i, myself only, just one, only one, just 1, only 1, single, one only, 1 "
        "only, no guests, no guest, no one else, nobody else, all by myself, me myself and i, "
        "me, flying solo, just the one"),
    [MEANS_OR] =
        WORDS("words between two numbers of which it may be either", "or, to, or maybe, maybe"),
    [MEANS_INCLUDING] = WORDS(
        "words before people who are counted already",
        "including, incl, includes, inc, include, counting, which includes, of which, of whom, "
        "that is, that includes, i e, ie, aka, meaning"),
    [MEANS_CORRECTION] = WORDS(
        "words before what is said instead",
        "sorry, oops, whoops, woops, opps, i mean, i meant, meant, actually, actual, correction, "
        "make that, make it, make, change to, change that to, change it to, change my count to, "
        "change "
        "us to, change, changed to, update, update to, updated to, should be, should say, should "
        "have "
        "been, wait, rather, no, no its, no wait, nope, now, now its, now we are, instead, edit, "
        "fix, "
        "fixed, typo, its actually, supposed to be, mistake, my bad, scratch that, sry, sorry "
        "meant, "
        "correct number is, correct to, or rather, adjust to, switch to, set to, revise to, hold "
        "on, "
        "but, correct, corrected, will be, not that but, better make it"),
    [MEANS_FILLER] = WORDS(
        "words that may stand between a keyword and how many people there are",
        "for, of, party, we, are, us, with, people, person, total, time, and, to, is, in, at, the, "
        "am, "
        "have, has, be, will, on, from, tonight, today, only, just, it, its, there, this, that, "
        "please, count, number, "
        "checking, check, signing, sign, attending, coming, going, a, my, our, i, im, me, here, "
        "so, "
        "all, were, one, also, as, came, come, bringing, got, you, your, yes, hi, "
        "arrived, now, up, add, down, put, mark, register, w, present, joining, join, want, like, "
        "id, "
        "would, re, fwd, text, both, folks, guests, adults, member, members, party of, size, qty, "
        "quantity, x, not"),
    [MEANS_TOPIC] =
        WORDS("words about meetings that may stand there, too",
              "meeting, project, group, team, event, program, cleanup, clean up, evening, "
              "session, crew, committee, workshop, class, assembly, town hall, hearing, club"),
    [MEANS_PLEASE] = WORDS(
        "words of courtesy",
        "please, pls, plz, pleas, plse, kindly, thanks, thank you, thx, thank u, ty, tysm, hi, "
        "hii, "
        "hello, helo, hey, heya, hiya, hi there, hello there, hey there, howdy, yo, good evening, "
        "good "
        "morning, good afternoon, good day, greetings, evening, morning, afternoon, yes, yep, "
        "yeah, "
        "yup, ya, ok, okay, okey, k, sure, so, um, uh, oh, ah, well, well hello, excuse me, sorry, "
        "just, hola, alright, sir, madam, maam, everyone, all, folks, there, team, guys, dear, "
        "lol, "
        "haha, btw, fyi, love, much appreciated, appreciate it, cool, great, awesome, yay, woohoo, "
        "amen, god bless, bless you, and, but, now, then, really, wow, hooray, hurray, cheers, "
        "welcome, nice, happy to be here, glad to be here"),
    [MEANS_NO_PEOPLE] = WORDS(
        "words behind a number that is none of people",
        "pm, am, p m, a m, pmish, ish, oclock, o clock, clock, p, th, st, nd, rd, noon, minute, "
        "minutes, mins, min, mn, seconds, secs, sec, hour, hours, hrs, hr, h, day, days, week, "
        "weeks, "
        "wks, month, months, mo, mos, year, years, yrs, yr, yo, y o, y, yos, block, blocks, mile, "
        "miles, mi, km, feet, ft, inches, times, time, percent, pct, dollars, dollar, bucks, "
        "usd, cents, degrees, degree, question, questions, thing, things, dog, dogs, puppy, "
        "puppies, "
        "cat, cats, pet, pets, service dog, service dogs, bag, bags, box, boxes, cookie, cookies, "
        "pizza, pizzas, car, cars, truck, trucks, bike, bikes, chair, chairs, table, tables, star, "
        "stars, visit, visits, meetings, meeting, events, event, session, sessions, item, items, "
        "point, points, idea, ideas, project, projects, vote, votes, page, pages, texts, messages, "
        "gallons, lbs, pounds, cup, cups, bottle, bottles, g, gb, vs, to go, late, early, floor, "
        "floors, of 2, of 3, of 4, of 5, of 6, nite, night, nights, nite s, moro, morrow, real, u, "
        "ever, life, mph, w, e, n, s, north, south, east, west, avenue, street, grade, hundred, "
        "thousand, million, k, problem, problems, issue, issues, concern, concerns, comment, "
        "comments, request, flyers, signs, sign, email, emails, hours ago, more time, more thing, "
        "more question, more questions, more minute, more minutes, way, of those, of these, of the "
        "best, of my favorite, love, ed, oz, years old, and a half, chance, reason, note, word, "
        "sec please, thumbs, thumb, cheers, cheer, hugs, kisses, hearts, high fives, claps, at "
        "home, back home, in school, in college, at school, moment, last, stop, stops, cents"),
    [MEANS_NO_PEOPLE_AFTER] = WORDS(
        "words before a number that is none of people",
        "at, about, around, approx, room, rm, apt, apartment, unit, suite, ste, table, seat, row, "
        "floor, level, district, ward, precinct, zip, zipcode, zip code, no, number, num, nr, "
        "gate, "
        "door, station, route, rte, exit, highway, hwy, interstate, bus, line, year, age, aged, "
        "ages, "
        "am age, turning, turned, since, until, till, til, by, before, after, b4, between, "
        "section, "
        "sec, day, week, month, part, phase, session, round, version, v, ver, ext, extension, box, "
        "pier, lot, bldg, building, class, class of, grade, chapter, post, local, id, ref, code, "
        "pin, "
        "step, item, question, q, project, team, group, track, batch, level, size, version of, "
        "volume, "
        "vol, episode, ep, season, game, inning, sunday, monday, tuesday, wednesday, thursday, "
        "friday, "
        "saturday, iphone, galaxy, android, pixel, windows, ios, block, house, lane, mile, psalm, "
        "john, not, over, under, than, almost, past, quarter past, quarter to, half past, within, "
        "in "
        "about, in, every, meeting, agenda, option, choice, answer, plan, route, site, zone, area, "
        "region, house number, track, bay, dock, terminal, platform, channel, phone, tel, cell, "
        "fax, call, school, engine, ladder, squad, unit number, slot, spot, space, parking, turn, "
        "im almost, on, from, heart, less, is my, area code, born, circa, ticket, tent, "
        "booth, cabin, lodge, camp, pool, court, field, gym, hall, wing, building number, ps, "
        "rule, "
        "prop, proposition, measure, amendment, title, article, bill, hb, sb, issue"),
    [MEANS_DATE] = WORDS(
        "months and days of the week",
        "january, february, march, april, may, june, july, august, september, october, november, "
        "december, jan, feb, mar, apr, jun, jul, aug, sep, sept, oct, nov, dec, mon, tue, tues, "
        "wed, "
        "weds, thu, thur, thurs, fri, sat, sun, monday, tuesday, wednesday, thursday, friday, "
        "saturday, sunday"),
    [MEANS_STREET] =
        WORDS("words of addresses, behind a number and a name",
              "st, street, ave, avenue, av, rd, road, blvd, boulevard, dr, drive, ln, lane, "
              "ct, court, pl, place, pkwy, parkway, hwy, highway, terrace, ter, pike, "
              "circle, cir, trail, way, alley, square, sq"),
    [MEANS_FOR_AND_TO] =
        WORDS("words before which 4 and 2 stand for other words",
              "the, this, my, our, u, you, ya, real, ever, sure, it, be, see, come, day, "
              "nite, morrow, moro, say, get, go, check, join, support, help, attend, "
              "your, that, a, all, nothing"),
    [MEANS_REACTION] = WORDS(
        "what a telephone writes before a message that somebody reacted to",
        /* TRANSLATORS: what an iPhone or Android puts in front of the text it quotes, without the
             emoji: Liked "RIVER", Reacted 😂 to "RIVER". */
        "liked, loved, disliked, laughed at, emphasized, emphasised, questioned, to, thumbs up, "
        "heart, "
        "haha, hearted, disliked your, exclaimed, marked"),
    [MEANS_REACTION_BEGIN] = WORDS(
        "how a telephone begins what it writes before such a message",
        "reacted, removed, un reacted, unliked, unloved, changed reaction, changed their reaction, "
        "added a reaction, took back, retracted, replied with a sticker, sent a reaction, deleted "
        "a "
        "reaction"),
    [MEANS_PICTURE] = WORDS(
        "what a telephone writes behind that for a message that is no text",
        "an image, a photo, a picture, a movie, a video, a sticker, an attachment, an audio "
        "message, a "
        "voice message, a message, a contact, a gif, a location, a link, a file, your message, "
        "your "
        "text, your photo, a voice memo, an audio, a document, a memoji, a pdf, a calendar event, "
        "images, photos, videos, 2 images, an image with, a reply, this message, a pass, a "
        "screenshot, "
        "a handwritten message, a digital touch message, this, that message"),
    [MEANS_AUTOMATIC] = WORDS(
        "parts of answers that no person wrote",
        "auto reply, autoreply, auto replied, automatic reply, auto response, autoresponse, auto "
        "responder, autoresponder, automated response, automated message, automated reply, "
        "automated "
        "text, automatic response, automatic message, out of office, out of the office, ooo until, "
        "driving with do not disturb, do not disturb while driving, driving with focus, with focus "
        "turned on, focus turned on, do not disturb is on, has notifications silenced, "
        "notifications "
        "silenced, im driving and, im driving right now, i am driving right now, driving right "
        "now, i am "
        "currently driving, im currently driving, im driving now, cant talk right now, cant text "
        "right "
        "now, cant talk now, ill call you later, ill get back to you, will get back to you, ill "
        "reply "
        "later, ill text you later, ill respond when, will respond when, will reply when, ill see "
        "your "
        "message when, away from my phone, away from my desk, on vacation until, im busy right "
        "now, "
        "currently unavailable, in a meeting call you, not monitored, unmonitored, do not reply, "
        "message "
        "blocking is active, unable to send message, undelivered, undeliverable, delivery failure, "
        "could "
        "not be delivered, was not delivered, delivery has failed, mail delivery, free msg, "
        "freemsg, "
        "message not sent, invalid number, service access denied, this number does not accept, "
        "does not "
        "support text, landline, sent as sms via, msg and data rates, msg data rates, reply stop "
        "to, text "
        "stop to, reply help for, verification code is, is your verification code, one time "
        "password, "
        "one time code, is your code, security code, missed call from, you have a missed call, "
        "voicemail "
        "from, you have a new voicemail, in the car i, thank you for your message we, thank you "
        "for "
        "contacting, thanks for contacting, thanks for reaching out, thank you for reaching out, "
        "we will "
        "respond, our office hours, our office is closed, office is currently closed, this is an "
        "automated, message from an unmonitored, subj, frm"),
};

static const char *list_of(unsigned language, enum meaning meaning)
{
	assert(meaning < MEANINGS);
	return catalogue_text(language, lists[meaning]);
}

const char *vocabulary_item(enum meaning meaning, unsigned language, unsigned i, size_t *ret_len)
{
	const char *list = list_of(language, meaning), *item;
	do {
		item = list;
		*ret_len = strcspn(item, ",");
		if (*item == '\0')
			return NULL;
		list = item + *ret_len + (item[*ret_len] == ',');
		list += strspn(list, " ");
	} while (i-- > 0);
	return item;
}

/* How many words the phrase has, if they stand from `at` on; else 0. */
static unsigned stands(const char *phrase, const struct words *words, unsigned at)
{
	for (unsigned n = 0; at + n < words->n; n++) {
		const char *word = words->word[at + n];
		size_t len = strcspn(phrase, " ");

		if (strncmp(phrase, word, len) != 0 || word[len] != '\0')
			return 0;
		if (phrase[len] == '\0')
			return n + 1;
		phrase += len + 1;
	}
	return 0;
}

static void know(struct known *known, const struct vocabulary_row *row, unsigned words)
{
	struct known_phrase phrase = {.meaning = row->list,
	                              .words = (uint8_t)words,
	                              .number = row->list == MEANS_NUMBER ? row->place : 0,
	                              .language = row->language};

	for (unsigned i = 0; i < known->n; i++) {
		struct known_phrase *had = &known->phrase[i];
		if (had->meaning != phrase.meaning)
			continue;
		if (words == had->words && had->language != phrase.language)
			had->language = VOCABULARY_SEVERAL;
		else if (words > had->words)
			*had = phrase;
		return;
	}
	if (known->n < KNOWN_MAX)
		known->phrase[known->n++] = phrase;
}

/* The first row whose phrase is not before the word. */
static size_t first_row(const char *word)
{
	size_t low = 0, high = vocabulary_rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(vocabulary_row[middle].phrase, word) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void vocabulary_read(const struct words *words, unsigned at, struct known *ret)
{
	const char *word = words->word[at];
	size_t len = strlen(word);

	ret->n = 0;
	for (size_t i = first_row(word); i < vocabulary_rows; i++) {
		const struct vocabulary_row *row = &vocabulary_row[i];
		unsigned n;

		if (strncmp(row->phrase, word, len) != 0 ||
		    (row->phrase[len] != '\0' && row->phrase[len] != ' '))
			break;
		n = stands(row->phrase, words, at);
		if (n > 0)
			know(ret, row, n);
	}
}

unsigned known_as(const struct known *known, enum meaning meaning)
{
	for (unsigned i = 0; i < known->n; i++)
		if (known->phrase[i].meaning == meaning)
			return known->phrase[i].words;
	return 0;
}

bool vocabulary_has(enum meaning meaning, const char *word)
{
	for (size_t i = first_row(word);
	     i < vocabulary_rows && strcmp(vocabulary_row[i].phrase, word) == 0; i++)
		if (vocabulary_row[i].list == meaning)
			return true;
	return false;
}
