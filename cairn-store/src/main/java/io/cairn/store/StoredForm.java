// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteArrayDataOutput;
import org.apache.lucene.util.BytesRef;

/**
 * The one stored field of an index entry: what {@link DocumentVersion} says and the log index, so
 * that a lookup reads one field and parses no JSON.
 */
final class StoredForm {
  private static final byte FORMAT = 1;
  private static final int HEADER_ROOM = 64;

  private StoredForm() {}

  static BytesRef encode(long logIndex, DocumentVersion document) {
    String kind = document.kind() == null ? "" : document.kind();
    int room =
        HEADER_ROOM
            + 3 * (document.link().length() + kind.length() + document.action().length())
            + document.json().length;
    byte[] bytes = new byte[room];
    ByteArrayDataOutput out = new ByteArrayDataOutput(bytes);
    try {
      out.writeByte(FORMAT);
      out.writeVLong(logIndex);
      out.writeZLong(document.version());
      out.writeZLong(document.epoch());
      out.writeZLong(document.updateTimeMicros());
      out.writeZLong(document.expirationMicros());
      out.writeString(document.link());
      out.writeString(kind);
      out.writeString(document.action());
      out.writeBytes(document.json(), 0, document.json().length);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return new BytesRef(bytes, 0, out.getPosition());
  }

  static Entry decode(BytesRef stored) throws IOException {
    ByteArrayDataInput in = new ByteArrayDataInput(stored.bytes, stored.offset, stored.length);
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IOException("unknown format of a stored document: " + format);
    }
    long logIndex = in.readVLong();
    long version = in.readZLong();
    long epoch = in.readZLong();
    long updateTime = in.readZLong();
    long expiration = in.readZLong();
    String link = in.readString();
    String kind = in.readString();
    String action = in.readString();
    byte[] json = new byte[stored.offset + stored.length - in.getPosition()];
    in.readBytes(json, 0, json.length);
    return new Entry(
        logIndex,
        new DocumentVersion(
            link, kind.isEmpty() ? null : kind, version, epoch, updateTime, action, expiration,
            json));
  }

  /** A version and the log index that brought it. */
  record Entry(long logIndex, DocumentVersion document) {}
}
