// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteArrayDataOutput;
import org.apache.lucene.util.BytesRef;

/**
 * The one stored field of an index entry: what {@link DocumentVersion} says and the log index, so
 * that a lookup reads one field and parses no JSON; or several such, of one link.
 */
public final class StoredForm {
  private static final byte FORMAT = 2;

  /** Begins several versions in a row, each with its length before it. */
  private static final byte PACKED = 3;

  private static final int HEADER_ROOM = 64;

  private StoredForm() {}

  /** What an entry is, with the code that is stored. */
  public enum Role {
    /** A version that is, or once was, the current one of its document. */
    VERSION(0),
    /** A version that came from another group and lost: retained, never current. */
    MERGED(1),
    /** The trace of a purge; only the link of its document means something. */
    PURGE(2);

    private final byte code;

    Role(int code) {
      this.code = (byte) code;
    }

    private static Role of(byte code) throws IOException {
      for (Role role : values()) {
        if (role.code == code) {
          return role;
        }
      }
      throw new IOException("unknown role of a stored document: " + code);
    }
  }

  public static BytesRef encode(Entry entry) {
    DocumentVersion document = entry.document();
    String kind = document.kind() == null ? "" : document.kind();
    int room =
        HEADER_ROOM
            + 3 * (document.link().length() + kind.length() + document.action().length())
            + document.json().length;
    byte[] bytes = new byte[room];
    ByteArrayDataOutput out = new ByteArrayDataOutput(bytes);
    try {
      out.writeByte(FORMAT);
      out.writeVLong(entry.logIndex());
      out.writeVInt(entry.sequence());
      out.writeByte(entry.role().code);
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

  /** Several versions as one. */
  public static BytesRef encodeAll(List<Entry> entries) {
    List<BytesRef> encoded = entries.stream().map(StoredForm::encode).toList();
    int room = 1 + encoded.stream().mapToInt(one -> one.length + Integer.BYTES + 1).sum();
    byte[] bytes = new byte[room];
    ByteArrayDataOutput out = new ByteArrayDataOutput(bytes);
    try {
      out.writeByte(PACKED);
      for (BytesRef one : encoded) {
        out.writeVInt(one.length);
        out.writeBytes(one.bytes, one.offset, one.length);
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return new BytesRef(bytes, 0, out.getPosition());
  }

  /** The versions that an index entry holds, in the order of the log. */
  public static List<Entry> decodeAll(BytesRef stored) throws IOException {
    ByteArrayDataInput in = new ByteArrayDataInput(stored.bytes, stored.offset, stored.length);
    if (in.readByte() != PACKED) {
      return List.of(decode(stored));
    }
    List<Entry> entries = new ArrayList<>();
    while (!in.eof()) {
      int length = in.readVInt();
      entries.add(decode(new BytesRef(stored.bytes, in.getPosition(), length)));
      in.skipBytes(length);
    }
    return entries;
  }

  public static Entry decode(BytesRef stored) throws IOException {
    ByteArrayDataInput in = new ByteArrayDataInput(stored.bytes, stored.offset, stored.length);
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IOException(
          "a stored document has format %d, and this Cairn reads format %d: run the Cairn that wrote it"
              .formatted(format, FORMAT));
    }
    long logIndex = in.readVLong();
    int sequence = in.readVInt();
    Role role = Role.of(in.readByte());
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
        sequence,
        role,
        new DocumentVersion(
            link,
            kind.isEmpty() ? null : kind,
            version,
            epoch,
            updateTime,
            action,
            expiration,
            json));
  }

  /** A version, the log index that brought it, and its place among what that log entry brought. */
  public record Entry(long logIndex, int sequence, Role role, DocumentVersion document) {
    private static final byte[] NOTHING = {};

    /** The trace of a purge. */
    public static Entry purge(long logIndex, int sequence, String link) {
      DocumentVersion none =
          new DocumentVersion(link, null, 0, 0, 0, DocumentVersion.DELETE, 0, NOTHING);
      return new Entry(logIndex, sequence, Role.PURGE, none);
    }

    public boolean isMerged() {
      return role == Role.MERGED;
    }
  }
}
