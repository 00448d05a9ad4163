#!/usr/bin/env python3
"""Reads a repository of firedrill, written from docs/repository-format.md alone.

    read.py DIRECTORY                  list snapshots
    read.py DIRECTORY SNAPSHOT         list what is in one: the beginning of its id, or 'latest'
    read.py DIRECTORY SNAPSHOT PATH    write a file to stdout

The password is taken from FIREDRILL_PASSWORD. Needs the Python package cryptography (44 or later for keys by Argon2id) and the program zstd.
"""
import hashlib
import hmac
import os
import struct
import subprocess
import sys
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

CIPHERS = {'aes-256-gcm': AESGCM, 'chacha20-poly1305': ChaCha20Poly1305}


def cbor(data):
    value, at = cbor_item(data, 0)
    assert at == len(data), 'bytes behind the CBOR'
    return value


def cbor_item(b, at):
    major, info = b[at] >> 5, b[at] & 31
    at += 1
    if major == 7 and info in (20, 21, 22): return {20: False, 21: True, 22: None}[info], at
    if major == 7:
        n = {25: 2, 26: 4, 27: 8}[info]
        return struct.unpack({2: '>e', 4: '>f', 8: '>d'}[n], b[at:at + n])[0], at + n
    if info < 24: n = info
    else:
        width = 1 << (info - 24)
        n, at = int.from_bytes(b[at:at + width], 'big'), at + width
    if major == 0: return n, at
    if major == 1: return -1 - n, at
    if major == 2: return bytes(b[at:at + n]), at + n
    if major == 3: return b[at:at + n].decode(), at + n
    if major == 4:
        out = []
        for _ in range(n):
            item, at = cbor_item(b, at)
            out.append(item)
        return out, at
    assert major == 5, f'major type {major}'
    out = {}
    for _ in range(n):
        key, at = cbor_item(b, at)
        out[key], at = cbor_item(b, at)
    return out, at


def unzstd(frame, n):
    out = subprocess.run(['zstd', '-dcq'], input=frame, stdout=subprocess.PIPE, check=True).stdout
    assert len(out) == n, 'a zstd frame of another length'
    return out


def hkdf(secret, info):
    return HKDF(hashes.SHA256(), 32, b'', info).derive(secret)


class Repository:
    def __init__(self, path, password):
        self.path = path
        self.config = cbor(self.blob('config'))
        assert self.config['magic'] == 'firedrill repository' and self.config['version'] == 1
        self.cipher = CIPHERS[self.config['cipher']]
        for name in sorted(os.listdir(f'{path}/keys')):
            try:
                self.master = self.open_key(cbor(self.blob(f'keys/{name}')), password)
                self.meta = hkdf(self.master, b'firedrill 1 metadata')
                self.options = self.metadata('config', self.config['sealed'])
                break
            except InvalidTag: continue
        else: sys.exit('no key opens with this password')
        self.ids = hkdf(self.master, b'firedrill 1 chunk ids')
        self.packs_secret = hkdf(self.master, b'firedrill 1 packs')
        self.read_index()

    def blob(self, name):
        with open(f'{self.path}/{name}', 'rb') as f: return f.read()

    def names(self, kind):
        return [f'{kind}/{n}' for n in sorted(os.listdir(f'{self.path}/{kind}')) if not n.startswith('.')]

    def open_key(self, key, password):
        secret = unicodedata.normalize('NFC', password).encode()
        kdf = key['kdf']
        if kdf['algorithm'] == 'argon2id':
            from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
            seal = Argon2id(salt=kdf['salt'], length=32, iterations=kdf['passes'], lanes=1, memory_cost=kdf['memory']).derive(secret)
        else: seal = Scrypt(salt=kdf['salt'], length=32, n=kdf['cost'], r=8, p=1).derive(secret)
        aad = b'firedrill 1 key' + (b' ' + key['role'].encode() if 'role' in key else b'')
        return CIPHERS[key['cipher']](seal).decrypt(bytes(12), key['sealed'], aad)

    def metadata(self, name, sealed):
        plain = self.cipher(self.meta).decrypt(sealed[:12], sealed[12:], f"firedrill 1 {self.config['id']} {name}".encode())
        n = int.from_bytes(plain[:4], 'little')
        return cbor(plain[4:] if n == 0 else unzstd(plain[4:], n))

    def read_index(self):
        packs, removed, marks = {}, set(), {}
        for name in self.names('index'):
            file = self.metadata(name, self.blob(name))
            b, at = file['packs'], 0
            while at < len(b):
                pack, salt, kind, _size, d = struct.unpack_from('<32s32sBII', b, at)
                at += 73
                packs[pack] = (salt, kind, b[at:at + d])
                at += d
            removed.update(file['removed'])
            for pack, time, marked in file['marks']:
                if pack not in marks or (time, not marked) > marks[pack]: marks[pack] = (time, not marked)
        self.packs = {p: v for p, v in packs.items() if p not in removed}
        self.where = {}
        # Marked packs last, so that unmarked ones are read first.
        for pack in sorted(self.packs, key=lambda p: p in marks and not marks[p][1]):
            salt, kind, directory = self.packs[pack]
            s, c = struct.unpack_from('<II', directory)
            words = struct.unpack_from(f'<{3 * s + c}I', directory, 8)
            stored, plain, counts, lengths = words[:s], words[s:2 * s], words[2 * s:3 * s], words[3 * s:]
            address, chunk, offset = 8 + 4 * (3 * s + c), 0, 40
            for segment in range(s):
                inner = 0
                for _ in range(counts[segment]):
                    a = directory[address:address + 32]
                    self.where.setdefault(a, (pack, segment, offset, stored[segment], plain[segment], inner, lengths[chunk]))
                    inner += lengths[chunk]
                    chunk, address = chunk + 1, address + 32
                offset += stored[segment]

    def chunk(self, address, tags):
        pack, number, offset, stored, plain, inner, length = self.where[address]
        salt, kind, _ = self.packs[pack]
        header = b'FDPK' + bytes([1, kind, 0, 0]) + salt
        name = pack.hex()
        with open(f'{self.path}/data/{name[:2]}/{name}', 'rb') as f:
            assert f.read(40) == header, 'another header'
            f.seek(offset)
            sealed = f.read(stored)
        key = HKDFExpand(hashes.SHA256(), 32, header).derive(self.packs_secret)
        segment = self.cipher(key).decrypt(struct.pack('<I', number) + bytes(8), sealed, header)
        if stored != plain + 16: segment = unzstd(segment, plain)
        content = segment[inner:inner + length]
        id = hmac.new(self.ids, content, hashlib.sha256).digest()
        assert any(bytes(x ^ y for x, y in zip(id, tag)) == address for tag in tags), 'another chunk'
        return content

    def snapshots(self):
        found = [(n.split('/')[1], self.metadata(n, self.blob(n))) for n in self.names('snapshots')]
        return sorted(found, key=lambda pair: pair[1]['time'])

    def walk(self, tree, tags, below=b''):
        for entry in cbor(self.chunk(tree, tags)):
            yield below + entry['n'], entry
            if 'd' in entry: yield from self.walk(entry['d'], tags, below + entry['n'] + b'/')

    def content(self, entry, tags):
        addresses = entry.get('c', b'')
        if 'i' in entry: addresses = b''.join(self.chunk(a, tags) for a in split(entry['i']))
        for a in split(addresses): yield self.chunk(a, tags)


def split(addresses):
    return [addresses[i:i + 32] for i in range(0, len(addresses), 32)]


if __name__ == '__main__':
    if len(sys.argv) < 2 or sys.argv[1] == '--help': sys.exit(print(__doc__))
    repository = Repository(sys.argv[1], os.environ['FIREDRILL_PASSWORD'])
    snapshots = repository.snapshots()
    if len(sys.argv) == 2:
        for id, s in snapshots: print(id[:8], s['time'], s['type'], s['files'], s['host'], s['dataset'])
        sys.exit()
    snapshot = next(s for id, s in reversed(snapshots) if sys.argv[2] == 'latest' or id.startswith(sys.argv[2]))
    tags = [bytes.fromhex(t) for t in snapshot['lineage']]
    for path, entry in repository.walk(bytes.fromhex(snapshot['tree']), tags):
        if len(sys.argv) == 3: print(f"{entry['m']:04o} {entry['k']} {entry.get('s', 0):>10} {entry['t']} {path!r}")
        elif path == os.fsencode(sys.argv[3]):
            for part in repository.content(entry, tags): sys.stdout.buffer.write(part)
