// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.store.index.DocumentVersion;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;

/**
 * The byte form of a {@link DocumentCommand}: the version of the format, the kind of command, and
 * what that kind has. It stands in the log, so its version says which Cairn can read it.
 */
public final class DocumentCommandCodec {

  private static final int FORMAT = 2;
  private static final int WRITE = 1;
  private static final int PURGE = 2;
  private static final int REPLACE = 3;
  private static final int MERGE = 4;
  private static final int CHECK = 5;
  private static final int VERDICT = 6;
  private static final int WRITE_AFTER = 7;

  /**
   * What a write has whatever its document: format, kind of command, the version that is expected,
   * whether the document has a kind, and its four numbers.
   */
  private static final int FIXED_BYTES = 3 + 5 * Long.BYTES;

  private DocumentCommandCodec() {}

  static byte[] encode(DocumentCommand command) {
    return switch (command) {
      case DocumentCommand.Write(var document, var expected, var time) ->
          time == DocumentCommand.ANY
              ? putDocument(begin(WRITE, document).i64(expected), document).take()
              : putDocument(
                      begin(WRITE_AFTER, document, Long.BYTES).i64(expected).i64(time), document)
                  .take();
      case DocumentCommand.Replace(var document, var expected) ->
          putDocument(begin(REPLACE, document).i64(expected), document).take();
      case DocumentCommand.Purge(var link, var expected) ->
          begin(PURGE).i64(expected).text(link).take();
      case DocumentCommand.Merge(var link, var versions) ->
          begin(MERGE).text(link).items(versions, DocumentCommandCodec::putDocument).take();
      case DocumentCommand.Check(var id, var bytesPerSecond) ->
          begin(CHECK).i64(id).i64(bytesPerSecond).take();
      case DocumentCommand.Verdict(var comparison) ->
          begin(VERDICT)
              .i64(comparison.index())
              .i64(comparison.timeMicros())
              .text(comparison.judge())
              .pairs(comparison.digests())
              .take();
    };
  }

  private static WireWriter begin(int kind) {
    return new WireWriter().u8(FORMAT).u8(kind);
  }

  /** As the other form, with exactly the room for the version that is expected and a document. */
  private static WireWriter begin(int kind, DocumentVersion document) {
    return begin(kind, document, 0);
  }

  private static WireWriter begin(int kind, DocumentVersion document, int more) {
    String of = document.kind();
    int bytes =
        FIXED_BYTES
            + more
            + textBytes(document.link())
            + (of == null ? 0 : textBytes(of))
            + textBytes(document.action())
            + lengthBytes(document.json().length)
            + document.json().length;
    return new WireWriter(bytes).u8(FORMAT).u8(kind);
  }

  /** Exact for ASCII, as nearly all links, kinds and actions are; otherwise too few. */
  private static int textBytes(String text) {
    return lengthBytes(text.length()) + text.length();
  }

  /** How many bytes a varint takes. */
  private static int lengthBytes(int length) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 6) / 7);
  }

  /**
   * Reads a command.
   *
   * @throws MalformedException if it is damaged, or another Cairn wrote it
   */
  static DocumentCommand decode(byte[] command) {
    return WireReader.read(command, DocumentCommandCodec::read);
  }

  private static DocumentCommand read(WireReader in) {
    in.version(FORMAT, "run the Cairn that wrote it");
    int kind = in.u8();
    return switch (kind) {
      case WRITE -> {
        long expected = in.i64();
        yield new DocumentCommand.Write(document(in), expected);
      }
      case WRITE_AFTER -> {
        long expected = in.i64();
        long time = in.i64();
        yield new DocumentCommand.Write(document(in), expected, time);
      }
      case REPLACE -> {
        long expected = in.i64();
        yield new DocumentCommand.Replace(document(in), expected);
      }
      case PURGE -> {
        long expected = in.i64();
        yield new DocumentCommand.Purge(in.text(), expected);
      }
      case MERGE ->
          new DocumentCommand.Merge(
              in.text(), in.items(Integer.MAX_VALUE, DocumentCommandCodec::document));
      case CHECK -> new DocumentCommand.Check(in.i64(), in.i64());
      case VERDICT ->
          new DocumentCommand.Verdict(
              new CopyComparison(in.i64(), in.i64(), in.text(), in.pairs()));
      default -> throw new MalformedException("a command of kind " + kind + " is not known here");
    };
  }

  /** Writes one version of a document. */
  public static WireWriter putDocument(WireWriter out, DocumentVersion document) {
    return out.text(document.link())
        .optional(document.kind(), WireWriter::text)
        .i64(document.version())
        .i64(document.epoch())
        .i64(document.updateTimeMicros())
        .text(document.action())
        .i64(document.expirationMicros())
        .bytes(document.json());
  }

  /** Reads what {@link #putDocument} wrote. */
  public static DocumentVersion document(WireReader in) {
    return new DocumentVersion(
        in.text(),
        in.optional(WireReader::text),
        in.i64(),
        in.i64(),
        in.i64(),
        in.text(),
        in.i64(),
        in.bytes(Integer.MAX_VALUE));
  }
}
