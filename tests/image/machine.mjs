// SPDX-License-Identifier: Apache-2.0
// An emulated Raspberry Pi-like machine with the card's image in it: starts QEMU (in the tree that built the image),
// asks the running kiosk by a test image's second serial line, presses keys, takes pictures of the screen, pulls the plug.
import { spawn, execFileSync } from 'node:child_process';
import { createConnection } from 'node:net';
import { copyFileSync, existsSync, rmSync, readFileSync, constants } from 'node:fs';
import { join } from 'node:path';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// until(WHAT, SECONDS, PROBE): the probe's first answer that is not undefined or false.
export async function until(what, seconds, probe) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await probe();
		if (answer !== undefined && answer !== false && answer !== null)
			return answer;
		if (Date.now() > end)
			throw new Error(`${what}: not within ${seconds} s`);
		await pause(200);
	}
}

// A line at a time of a socket that QEMU listens on.
class Line {
	constructor(path) {
		this.path = path;
		this.buffer = '';
	}
	async open() {
		this.socket = await until(`a connection to ${this.path}`, 30, () => new Promise((done) => {
			const socket = createConnection(this.path, () => done(socket));
			socket.on('error', () => done(undefined));
		}));
		this.socket.on('data', (data) => { this.buffer += data; });
		this.socket.on('error', () => {});
	}
	async read(seconds) {
		await until(`a line from ${this.path}`, seconds, () => this.buffer.includes('\n'));
		const at = this.buffer.indexOf('\n');
		const line = this.buffer.slice(0, at).replace(/\r$/, '');
		this.buffer = this.buffer.slice(at + 1);
		return line;
	}
	write(text) {
		this.socket.write(text);
	}
}

export class Machine {
	// WORK: build/rpi; BUILDER: the tree with QEMU; CARD: a file in WORK, made from the image where it is not there.
	constructor({ work, builder, card, boot = 'kernel', more = [], memory = 1024 }) {
		Object.assign(this, { work, builder, card, boot, more, memory });
	}

	// A fresh card of SIZE.
	flash(size = '3G') {
		const image = join(this.work, 'out/kiosk-arm64.img');
		const card = join(this.work, this.card);
		execFileSync('cp', ['--sparse=always', image, card]);
		execFileSync('truncate', ['-s', size, card]);
		return card;
	}

	// Puts a file on the card's first partition, as any computer would.
	put(file, name) {
		execFileSync('mcopy', ['-o', '-i', `${join(this.work, this.card)}@@4M`, file, `::${name}`]);
	}
	get(name) {
		return execFileSync('mtype', ['-i', `${join(this.work, this.card)}@@4M`, `::${name}`], { encoding: 'utf8' });
	}

	async start() {
		for (const name of ['console', 'test.sock', 'qmp.sock'])
			rmSync(join(this.work, `${this.card}.${name}`), { force: true });
		const at = (name) => `/work/${this.card}.${name}`;
		const args = ['-M', 'virt', '-cpu', 'cortex-a53', '-smp', '2', '-m', String(this.memory), '-display', 'none', '-no-reboot',
			'-monitor', 'none', '-serial', `file:${at('console')}`, '-qmp', `unix:${at('qmp.sock')},server=on,wait=off`,
			'-drive', `if=none,id=card,file=/work/${this.card},format=raw,cache=writeback`, '-device', 'virtio-blk-pci,drive=card',
			'-device', 'virtio-gpu-pci', '-device', 'virtio-rng-pci', '-device', 'virtio-serial-pci',
			'-chardev', `socket,id=test,path=${at('test.sock')},server=on,wait=off`,
			'-device', 'virtserialport,chardev=test,name=test', '-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net,romfile=', '-device', 'qemu-xhci', '-device', 'usb-kbd,id=reader'];
		if (this.boot === 'kernel')
			args.push('-kernel', '/work/out/vmlinuz', '-initrd', '/work/out/initrd.img', '-append',
				'root=PARTUUID=4b494f53-02 ro rauc.slot=A panic=10 systemd.watchdog_sec=0 console=tty0 console=ttyAMA0 loglevel=4');
		else
			args.push('-bios', '/usr/lib/u-boot/qemu_arm64/u-boot.bin');
		this.process = spawn('unshare', ['--mount', '--kill-child', 'bash', '-euc',
			'mkdir -p "$0/work"; mount --make-rprivate /; mount --bind "$1" "$0/work"; mount -t proc proc "$0/proc"; mount --rbind /dev "$0/dev"; mount -t tmpfs tmpfs "$0/tmp"; exec chroot "$0" qemu-system-aarch64 "${@:2}"',
			this.builder, this.work, ...args, ...this.more], { stdio: ['ignore', 'inherit', 'inherit'] });
		this.ended = new Promise((done) => this.process.on('exit', done));
		this.began = Date.now();
		this.qmp = new Line(join(this.work, `${this.card}.qmp.sock`));
		await this.qmp.open();
		await this.qmp.read(10);
		await this.command('qmp_capabilities');
		this.test = new Line(join(this.work, `${this.card}.test.sock`));
		await this.test.open();
	}

	// Until the test's own unit speaks: seconds since the start of the kernel.
	async ready(seconds = 600) {
		for (;;) {
			const line = await this.test.read(seconds);
			const match = /^ready ([0-9.]+)/.exec(line);
			if (match)
				return Number(match[1]);
		}
	}

	// A shell command in the kiosk: what it printed; fails with that where its exit code is not 0, unless `any`.
	async run(command, { seconds = 200, any = false } = {}) {
		this.test.write(`${command}\n`);
		const lines = [];
		for (;;) {
			const line = await this.test.read(seconds);
			const end = /^(.*)end-of-answer ([0-9]+)$/.exec(line);
			if (!end) {
				lines.push(line);
				continue;
			}
			if (end[1])
				lines.push(end[1]);
			const text = lines.join('\n');
			if (end[2] !== '0' && !any)
				throw new Error(`in the kiosk, “${command}” ended with ${end[2]}:\n${text}`);
			return text;
		}
	}

	async command(execute, args = {}) {
		this.qmp.write(`${JSON.stringify({ execute, arguments: args })}\n`);
		for (;;) {
			const answer = JSON.parse(await this.qmp.read(30));
			if (answer.error)
				throw new Error(`QEMU, ${execute}: ${answer.error.desc}`);
			if ('return' in answer)
				return answer.return;
		}
	}

	// The screen as a PNG in WORK.
	async picture(name) {
		await this.command('screendump', { filename: `/work/${name}`, format: 'png' });
		return join(this.work, name);
	}

	// What a barcode reader types: the text, then Enter.
	async scan(text) {
		for (const character of text)
			await this.key(keys(character));
		await this.key(['ret']);
	}
	// Keys pressed together and let go of; no faster than the emulated keyboard is asked for them.
	async key(names) {
		const event = (data, down) => ({ type: 'key', data: { down, key: { type: 'qcode', data } } });
		await this.command('input-send-event', {
			events: [...names.map((name) => event(name, true)), ...names.slice().reverse().map((name) => event(name, false))],
		});
		await pause(25);
	}

	// The plug is pulled.
	async kill() {
		this.process.kill('SIGKILL');
		await this.ended;
	}

	console() {
		const path = join(this.work, `${this.card}.console`);
		return existsSync(path) ? readFileSync(path, 'latin1').replace(/\r/g, '') : '';
	}
}

// A character on a US keyboard, as QEMU's names of keys.
function keys(character) {
	const plain = { '-': 'minus', '.': 'dot', '/': 'slash', ' ': 'spc' };
	const shifted = { ':': 'semicolon', '$': '4', '%': '5', '*': '8', '+': 'equal' };
	if (/[0-9]/.test(character))
		return [character];
	if (/[A-Z]/.test(character))
		return ['shift', character.toLowerCase()];
	if (plain[character])
		return [plain[character]];
	if (shifted[character])
		return ['shift', shifted[character]];
	throw new Error(`there is no key for “${character}”`);
}
