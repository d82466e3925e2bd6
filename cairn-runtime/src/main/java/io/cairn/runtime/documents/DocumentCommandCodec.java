// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.store.index.DocumentVersion;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The byte form of a {@link DocumentCommand}: a format byte, a type byte, the expected version,
 * then the document's header fields and its JSON. Numbers are big-endian; strings carry a length of
 * four bytes, -1 for absent. The format byte lets a later release read what an earlier one wrote.
 */
final class DocumentCommandCodec {

  private static final byte FORMAT = 1;
  private static final byte WRITE = 1;
  private static final byte PURGE = 2;
  private static final byte REPLACE = 3;
  private static final byte MERGE = 4;
  private static final byte CHECK = 5;
  private static final byte VERDICT = 6;
  private static final int FIXED_BYTES = 2 + Long.BYTES;

  private DocumentCommandCodec() {}

  static byte[] encode(DocumentCommand command) {
    return switch (command) {
      case DocumentCommand.Write(var document, var expected) ->
          encodeDocument(WRITE, expected, document);
      case DocumentCommand.Replace(var document, var expected) ->
          encodeDocument(REPLACE, expected, document);
      case DocumentCommand.Purge(var link, var expected) -> encodePurge(link, expected);
      case DocumentCommand.Merge(var link, var versions) -> encodeMerge(link, versions);
      case DocumentCommand.Check(var id, var bytesPerSecond) ->
          ByteBuffer.allocate(FIXED_BYTES + Long.BYTES)
              .put(FORMAT)
              .put(CHECK)
              .putLong(id)
              .putLong(bytesPerSecond)
              .array();
      case DocumentCommand.Verdict(var comparison) -> encodeVerdict(comparison);
    };
  }

  static DocumentCommand decode(byte[] command) {
    ByteBuffer in = ByteBuffer.wrap(command);
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalStateException("command format " + format + " is not known here");
      }
      byte type = in.get();
      long expected = in.getLong();
      return switch (type) {
        case WRITE -> new DocumentCommand.Write(readDocument(in), expected);
        case REPLACE -> new DocumentCommand.Replace(readDocument(in), expected);
        case PURGE -> new DocumentCommand.Purge(readRequired(in), expected);
        case MERGE -> readMerge(in, (int) expected);
        case CHECK -> new DocumentCommand.Check(expected, in.getLong());
        case VERDICT -> readVerdict(in, expected);
        default -> throw new IllegalStateException("command type " + type + " is not known here");
      };
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new IllegalStateException("command of " + command.length + " bytes is cut short", e);
    }
  }

  /** The number of versions stands where other commands have the expected version. */
  private static byte[] encodeMerge(String link, List<DocumentVersion> versions) {
    List<byte[]> parts = new ArrayList<>();
    int size = FIXED_BYTES + Integer.BYTES + utf8(link).length;
    for (DocumentVersion version : versions) {
      byte[] part = encodeDocument(WRITE, 0, version);
      parts.add(part);
      size += part.length - FIXED_BYTES;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(FORMAT).put(MERGE).putLong(versions.size());
    putBytes(out, utf8(link));
    parts.forEach(part -> out.put(part, FIXED_BYTES, part.length - FIXED_BYTES));
    return out.array();
  }

  private static DocumentCommand.Merge readMerge(ByteBuffer in, int count) {
    String link = readRequired(in);
    List<DocumentVersion> versions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      versions.add(readDocument(in));
    }
    return new DocumentCommand.Merge(link, versions);
  }

  /** The compared log index stands where other commands have the expected version. */
  private static byte[] encodeVerdict(CopyComparison comparison) {
    int size = FIXED_BYTES + Long.BYTES + 2 * Integer.BYTES + utf8(comparison.judge()).length;
    for (Map.Entry<String, String> each : comparison.digests().entrySet()) {
      size += 2 * Integer.BYTES + utf8(each.getKey()).length + utf8(each.getValue()).length;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(FORMAT).put(VERDICT).putLong(comparison.index()).putLong(comparison.timeMicros());
    putBytes(out, utf8(comparison.judge()));
    out.putInt(comparison.digests().size());
    comparison
        .digests()
        .forEach(
            (node, digest) -> {
              putBytes(out, utf8(node));
              putBytes(out, utf8(digest));
            });
    return out.array();
  }

  private static DocumentCommand.Verdict readVerdict(ByteBuffer in, long index) {
    long timeMicros = in.getLong();
    String judge = readRequired(in);
    Map<String, String> digests = new TreeMap<>();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      digests.put(readRequired(in), readRequired(in));
    }
    return new DocumentCommand.Verdict(new CopyComparison(index, timeMicros, judge, digests));
  }

  private static byte[] encodePurge(String link, long expected) {
    byte[] linkBytes = utf8(link);
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + Integer.BYTES + linkBytes.length);
    out.put(FORMAT).put(PURGE).putLong(expected);
    putBytes(out, linkBytes);
    return out.array();
  }

  private static byte[] encodeDocument(byte type, long expected, DocumentVersion document) {
    byte[] link = utf8(document.link());
    byte[] kind = document.kind() == null ? null : utf8(document.kind());
    byte[] action = utf8(document.action());
    byte[] json = document.json();
    int size =
        FIXED_BYTES
            + 4 * Long.BYTES
            + 4 * Integer.BYTES
            + link.length
            + (kind == null ? 0 : kind.length)
            + action.length
            + json.length;
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(FORMAT).put(type).putLong(expected);
    out.putLong(document.version())
        .putLong(document.epoch())
        .putLong(document.updateTimeMicros())
        .putLong(document.expirationMicros());
    putBytes(out, link);
    putBytes(out, kind);
    putBytes(out, action);
    putBytes(out, json);
    return out.array();
  }

  private static DocumentVersion readDocument(ByteBuffer in) {
    long version = in.getLong();
    long epoch = in.getLong();
    long updateTime = in.getLong();
    long expiration = in.getLong();
    String link = readRequired(in);
    String kind = readString(in);
    String action = readRequired(in);
    byte[] json = new byte[in.getInt()];
    in.get(json);
    return new DocumentVersion(link, kind, version, epoch, updateTime, action, expiration, json);
  }

  private static String readRequired(ByteBuffer in) {
    String value = readString(in);
    if (value == null) {
      throw new IllegalStateException("command lacks a required field");
    }
    return value;
  }

  private static @Nullable String readString(ByteBuffer in) {
    int length = in.getInt();
    if (length == -1) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void putBytes(ByteBuffer out, byte @Nullable [] bytes) {
    if (bytes == null) {
      out.putInt(-1);
    } else {
      out.putInt(bytes.length).put(bytes);
    }
  }

  private static byte[] utf8(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }
}
