import { crc32 } from 'node:zlib';

/** The part that both headers of a file have: from the version needed to the length of extra fields. */
function commonHeader(path: Buffer, data: Buffer): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(path.length, 22);
  return common;
}

/** What the directory at the end says of a file: a regular one that everybody may read, and where it begins. */
function centralHeader(common: Buffer, path: Buffer, offset: number): Buffer {
  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE(0o100644 * 0x10000, 6);
  attributes.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, attributes, path]);
}

/** An archive of files by their paths, uncompressed: all that Lambda needs. */
export function zipOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const [path, data] = [Buffer.from(name), Buffer.from(content)];
    const common = commonHeader(path, data);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, data]);
    centrals.push(centralHeader(common, path, offset));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(locals.length, 4);
  end.writeUInt16LE(locals.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}
