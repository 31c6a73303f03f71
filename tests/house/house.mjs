// SPDX-License-Identifier: Apache-2.0
// The structure of the house, read from what was built: which room uses which, which circles there are, how long
// functions are. house.mjs SOURCE BUILD [--dot] prints it and fails where a rule of firmware/DESIGN.md is broken:
//   - a room is a folder, and rooms use each other in one direction only;
//   - files of two rooms never need each other in a circle, nor do files of one room but for those named in ALLOWED;
//   - no function is longer than 70 lines.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, dirname } from 'node:path';

const FUNCTION_LINES_MAX = 70;
// Files of one room that need each other: each line is a debt, said here with its room; a new one is a failure, and so
// is one that is gone and still stands here.
const ALLOWED = JSON.parse(readFileSync(new URL('circles.json', import.meta.url), 'utf8'));

const [source, build] = process.argv.slice(2);
const dot = process.argv.includes('--dot');
if (!source || !build) {
	console.error('usage: house.mjs SOURCE BUILD [--dot]');
	process.exit(2);
}

function walk(folder, ending, found = []) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory() && !entry.name.startsWith('.') && !entry.name.startsWith('build'))
			walk(path, ending, found);
		else if (entry.isFile() && entry.name.endsWith(ending))
			found.push(path);
	}
	return found;
}

const product = ['firmware', 'drivers', 'board'].map((top) => join(source, top));

// Rooms and programs as CMake declares them: name, folder, whom they use.
function declared() {
	const rooms = new Map();
	for (const top of product)
		for (const path of walk(top, 'CMakeLists.txt')) {
			const text = readFileSync(path, 'utf8').replace(/#.*/g, '');
			for (const [, kind, inside] of text.matchAll(/kiosk_(room|program)\(([^)]*)\)/g)) {
				const words = inside.trim().split(/\s+/);
				const at = words.indexOf('USES');
				const end = words.findIndex((word, i) => i > at && /^[A-Z]+$/.test(word));
				const uses = at < 0 ? [] : words.slice(at + 1, end < 0 ? undefined : end);
				rooms.set(words[0], { kind, folder: relative(source, dirname(path)), uses });
			}
		}
	return rooms;
}

// Strongly connected components (Tarjan) of more than one node.
function circles(graph) {
	const index = new Map(), low = new Map(), stack = [], on = new Set(), found = [];
	const visit = (v) => {
		index.set(v, index.size);
		low.set(v, index.get(v));
		stack.push(v);
		on.add(v);
		for (const w of graph.get(v) ?? []) {
			if (!index.has(w)) {
				visit(w);
				low.set(v, Math.min(low.get(v), low.get(w)));
			} else if (on.has(w)) {
				low.set(v, Math.min(low.get(v), index.get(w)));
			}
		}
		if (low.get(v) === index.get(v)) {
			const one = [];
			let w;
			do {
				w = stack.pop();
				on.delete(w);
				one.push(w);
			} while (w !== v);
			if (one.length > 1)
				found.push(one.sort());
		}
	};
	for (const v of graph.keys())
		if (!index.has(v))
			visit(v);
	return found;
}

// Which object needs which, by the symbols they define and want.
function objects() {
	const defines = new Map(), wants = new Map();
	for (const path of walk(build, '.c.o')) {
		const name = relative(build, path).replace(/CMakeFiles\/[^/]*\.dir\//, '').replace(/\.o$/, '');
		if (!/^(firmware|drivers|board)\//.test(name) || name.includes('third_'))
			continue;
		for (const line of execFileSync('nm', ['-P', path], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n')) {
			const [symbol, type] = line.split(' ');
			if (!symbol || symbol.startsWith('__') || symbol === 'main')
				continue;
			if ('TDBRVW'.includes(type))
				defines.set(symbol, name);
			else if (type === 'U')
				wants.set(name, [...(wants.get(name) ?? []), symbol]);
		}
	}
	const graph = new Map();
	for (const [name, symbols] of wants)
		graph.set(name, new Set(symbols.map((s) => defines.get(s)).filter((other) => other && other !== name)));
	return graph;
}

function longFunctions() {
	const long = [];
	let count = 0;
	for (const top of product)
		for (const path of walk(top, '.c')) {
			const lines = readFileSync(path, 'utf8').split('\n');
			let open = -1;
			lines.forEach((line, i) => {
				if (line === '{' && open < 0)
					open = i;
				if (line === '}' && open >= 0) {
					count++;
					if (i - open - 1 > FUNCTION_LINES_MAX)
						long.push(`${relative(source, path)}:${open + 1}: ${i - open - 1} lines`);
					open = -1;
				}
			});
		}
	return { long, count };
}

let broken = 0;
const fail = (sentence) => {
	broken++;
	console.log(`BROKEN ${sentence}`);
};

const rooms = declared();
const roomGraph = new Map([...rooms].map(([name, room]) => [name, room.uses.filter((u) => rooms.has(u))]));
if (dot) {
	console.log('digraph house {');
	for (const [name, uses] of roomGraph)
		for (const other of uses)
			console.log(`  "${name}" -> "${other}";`);
	console.log('}');
	process.exit(0);
}
for (const [name, room] of [...rooms].sort())
	console.log(`${room.kind === 'room' ? 'room   ' : 'program'} ${name.padEnd(16)} ${room.folder.padEnd(28)} uses ${room.uses.join(' ') || 'nobody'}`);
for (const circle of circles(roomGraph))
	fail(`rooms use each other in a circle: ${circle.join(', ')}`);

const allowed = new Set(ALLOWED.map((circle) => circle.join(' ')));
const fileGraph = objects();
if (fileGraph.size === 0)
	fail(`there are no objects in ${build}: build first`);
for (const circle of circles(fileGraph)) {
	const folders = new Set(circle.map((file) => dirname(file)));
	if (folders.size > 1)
		fail(`files of ${folders.size} rooms need each other in a circle: ${circle.join(', ')}`);
	else if (!allowed.delete(circle.join(' ')))
		fail(`files of one room need each other in a circle that circles.json does not name: ${circle.join(', ')}`);
}
for (const circle of allowed)
	fail(`circles.json names a circle that is open now: take it out: ${circle}`);

const { long, count } = longFunctions();
for (const one of long)
	fail(`a function is longer than ${FUNCTION_LINES_MAX} lines: ${one}`);
console.log(`${rooms.size} rooms and programs, ${fileGraph.size} files, ${count} functions; ${ALLOWED.length} circles of files within a room; ${broken} rules broken`);
process.exit(broken === 0 ? 0 : 1);
