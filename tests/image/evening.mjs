// SPDX-License-Identifier: Apache-2.0
// The first evening on a new card.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Machine, until } from './machine.mjs';
import { Stage, check, end, say, status } from './stage.mjs';

const [root, builder, test] = process.argv.slice(2);
const stage = new Stage(root, test, 'evening');
const machine = new Machine({ work: join(root, 'build/rpi'), builder, card: 'evening.img' });
let number = 0;
async function picture(what) {
	const name = `${String(++number).padStart(2, '0')}-${what}.png`;
	copyFileSync(await machine.picture('evening.png'), join(test, name));
}
const people = async () => (await status(machine)).people;

async function play() {
	stage.papers();
	await stage.collector();
	machine.flash();
	machine.put(stage.conf([`network = ${stage.network}`, 'scanner = evdev:/dev/kiosk/reader', 'modem = off', 'sim_pin = 1234']), 'kiosk.conf');
	await machine.start();
	say('power on');
	await picture('starting');
	const seconds = await machine.ready();
	say(`the kiosk is up, ${seconds} s after its kernel began`);
	await until('kioskd', 200, async () => (await machine.run('systemctl is-active kioskd', { any: true })) === 'active');
	check('units that failed', await machine.run('systemctl --failed --no-legend --plain | cut -d" " -f1'), '');
	check('the root is written to', await machine.run('touch /x /etc/x /usr/x 2>&1 | grep -c "Read-only file system"', { any: true }), '3');
	check('the SIM card\'s PIN on the card', /^sim_pin =\s*$/m.test(machine.get('kiosk.conf')), true);
	check('ports that listen to the network', await machine.run('awk \'$4 == "0A" && $2 !~ /0100007F/ { print $2 }\' /proc/net/tcp | wc -l'), '0');
	check('data partition grown, MiB over 1000', Number(await machine.run('df -m --output=size /data | tail -1')) > 1000, true);
	say(`systemd-analyze: ${(await machine.run('systemd-analyze time | head -1', { any: true }))}`);
	await picture('waiting-for-a-card');

	await machine.scan(stage.card);
	await until('the event to open', 120, async () => (await status(machine)).state === 'open');
	await picture('open');
	for (const ticket of stage.tickets.slice(0, 6))
		await machine.scan(ticket);
	await machine.scan(stage.tickets[0]);
	await until('six people', 120, async () => (await people())?.counted === 6);
	check('counted by six tickets, one of them twice', (await people()).counted, 6);
	await picture('counted');

	say('the plug is pulled');
	await machine.kill();
	await machine.start();
	await machine.ready();
	await until('kioskd', 200, async () => (await machine.run('systemctl is-active kioskd', { any: true })) === 'active');
	check('still counted after the plug was pulled', (await people()).counted, 6);
	await picture('after-the-cut');
	for (const ticket of stage.tickets.slice(4, 10))
		await machine.scan(ticket);
	await until('ten people', 120, async () => (await people())?.counted === 10);
	check('counted by ten tickets', (await people()).counted, 10);
	await machine.run('kioskctl close --headcount 10 --yes || kioskctl close --headcount 10', { any: true, seconds: 120 });
	await machine.run('kioskctl send', { any: true });
	await until('the collector\'s receipt', 120, async () => (await people())?.confirmed === 10);
	await picture('closed');
	check('people the collector says', (await stage.totals()).people?.counted ?? (await stage.totals()), 10);
	await machine.kill();
}

try {
	await play();
} catch (error) {
	check('the play', String(error), 'ends');
	say(await machine.run('kioskctl status; journalctl -u kioskd -n 20 --no-pager -o cat', { any: true, seconds: 20 }).catch(String));
	say(machine.console().replace(/.*(Job |\[  OK|\[.\[0;32m).*\n/g, '').split('\n').slice(-20).join('\n'));
	await machine.kill();
}
stage.stop();
process.exit(end());
