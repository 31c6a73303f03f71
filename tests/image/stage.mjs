// SPDX-License-Identifier: Apache-2.0
// What the plays on the image share: papers made by kioskctl, a collector behind TLS, and kiosk.conf.
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:https';
import { request } from 'node:http';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './machine.mjs';

const TLS_PORT = 8443, HTTP_PORT = 8080;

let steps = 0;
let wrong = 0;
const began = Date.now();
export function say(sentence) {
	console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s  ${sentence}`);
}
export function check(what, is, should) {
	steps++;
	if (JSON.stringify(is) !== JSON.stringify(should)) {
		wrong++;
		say(`WRONG ${what}: ${JSON.stringify(is)}, should be ${JSON.stringify(should)}`);
	} else {
		say(`ok    ${what}: ${JSON.stringify(is)}`);
	}
}
// The closing line, in the form that counts in any language; the exit code.
export function end() {
	console.log(`${steps - wrong} passed, ${wrong} failed`);
	return wrong === 0 && steps > 0 ? 0 : 1;
}

export class Stage {
	constructor(root, test, name) {
		this.root = root;
		this.folder = join(test, name);
		this.test = test;
		rmSync(this.folder, { recursive: true, force: true });
		mkdirSync(this.folder, { recursive: true });
	}
	bin(name) {
		return join(this.root, 'build/bin', name);
	}
	kioskctl(...args) {
		return execFileSync(this.bin('kioskctl'), args, { cwd: this.folder, encoding: 'utf8' });
	}

	papers({ tickets = 20 } = {}) {
		const start = new Date(Date.now() - 3600e3).toISOString().slice(0, 16) + '+00:00';
		this.kioskctl('network', 'new', '--name', 'Better Together', '--collector', `https://10.0.2.2:${TLS_PORT}`, '--out', 'network');
		this.kioskctl('hub', 'new', '--network', 'network', '--id', '7', '--level', 'local', '--region', 'US-KY', '--name', 'Lexington Hub', '--out', 'hub');
		this.kioskctl('event', 'new', '--hub', 'hub', '--name', 'en=River evening', '--name', 'es=Tarde del río',
			'--project', '1:RIVER,RIO:en=Clean the river:es=Limpiar el río', '--start', start, '--length', '6h', '--out', 'event');
		this.kioskctl('ticket', 'new', '--event', 'event', '--hub', 'hub', '--count', String(tickets), '--format', 'txt', '--out', 'tickets');
		this.network = readFileSync(join(this.folder, 'network/network.txt'), 'utf8').trim();
		this.card = readFileSync(join(this.folder, 'event/card.txt'), 'utf8').trim();
		this.tickets = readFileSync(join(this.folder, 'tickets/tickets.txt'), 'utf8').trim().split('\n');
	}

	conf(lines) {
		const path = join(this.folder, 'kiosk.conf');
		writeFileSync(path, lines.join('\n') + '\n');
		return path;
	}

	async collector() {
		writeFileSync(join(this.folder, 'collectord.conf'),
			`[collector]\nlisten = 127.0.0.1:${HTTP_PORT}\ndatabase = collector.db\nkey = network/collector.key\ncertificate = network/collector.cert\nnetwork = network/network.txt\n`);
		this.daemon = spawn(this.bin('collectord'), ['--config', 'collectord.conf'], { cwd: this.folder, stdio: ['ignore', 'inherit', 'inherit'] });
		this.tls = createServer({ key: readFileSync(join(this.test, 'tls.key')), cert: readFileSync(join(this.test, 'tls.crt')) }, (from, to) => {
			const on = request({ port: HTTP_PORT, path: from.url, method: from.method, headers: from.headers }, (answer) => {
				to.writeHead(answer.statusCode, answer.headers);
				answer.pipe(to);
			});
			on.on('error', () => { to.writeHead(502); to.end(); });
			from.pipe(on);
		}).listen(TLS_PORT, '127.0.0.1');
		await until('the collector', 20, async () => { try { await this.totals(); return true; } catch { return undefined; } });
	}
	async totals() {
		const answer = await fetch(`http://127.0.0.1:${HTTP_PORT}/v1/team/totals`);
		if (!answer.ok)
			throw new Error(`the collector says ${answer.status}`);
		return answer.json();
	}
	stop() {
		this.tls?.close();
		this.tls?.closeAllConnections();
		this.daemon?.kill('SIGTERM');
	}
}

export async function status(machine) {
	return JSON.parse(await machine.run('kioskctl status --json', { any: true }));
}
