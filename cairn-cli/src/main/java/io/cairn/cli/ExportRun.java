// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Formats;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;

/**
 * Writes the documents of a factory to a file or a stream, as they come. A file has its name when
 * it is whole; what is there of it before goes by another one. For one thread.
 */
final class ExportRun {
  private static final String PART = ".part";
  private static final String LINK = "documentSelfLink";

  /**
   * What to export.
   *
   * @param parameters what the host is asked for, beside where to begin
   * @param limit how many documents at most; 0 for all
   */
  record Wish(RecordBounds.Form form, List<String> parameters, long limit) {
    /** Copies the list. */
    Wish {
      parameters = List.copyOf(parameters);
    }
  }

  /** How far an earlier export has come: so many documents in so many bytes, up to a link. */
  private record Before(long bytes, long documents, String link) {
    static final Before NOTHING = new Before(0, 0, "");
  }

  private final RequestCommand command;
  private final StandardStreams streams;
  private final Wish wish;
  private final ProgressLine progress;

  ExportRun(RequestCommand command, StandardStreams streams, Wish wish) {
    this.command = command;
    this.streams = streams;
    this.wish = wish;
    this.progress = new ProgressLine(streams);
  }

  /**
   * Writes to standard output.
   *
   * @return the exit code
   * @throws CommandFailure if the host refuses it, or breaks off
   */
  int toOutput() throws IOException {
    Counted out = new Counted(streams.out(), Before.NOTHING, false);
    fetch(out, Before.NOTHING);
    streams.out().flush();
    return ExitCode.OK;
  }

  /**
   * Writes to a file.
   *
   * @param resume whether to go on with what is there of it
   * @return the exit code
   * @throws CommandFailure as the other
   */
  int toFile(Path file, boolean resume) throws IOException {
    Path part = part(file);
    Before before = resume ? before(part) : Before.NOTHING;
    long documents = before.documents();
    if (wish.limit() == 0 || documents < wish.limit()) {
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.truncate(before.bytes()).position(before.bytes());
        try (Counted out =
            new Counted(
                new BufferedOutputStream(Channels.newOutputStream(channel)), before, true)) {
          fetch(out, before);
          out.flush();
          channel.force(true);
          documents = out.documents();
        } catch (CommandFailure failure) {
          progress.clear();
          if (Files.size(part) == 0) {
            Files.delete(part);
            throw failure;
          }
          throw failure.with("what has come is in %s, go on with --resume".formatted(part));
        }
      }
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    progress.clear();
    streams
        .out()
        .println(
            "exported %d documents to %s (%s)"
                .formatted(documents, file, ProgressLine.size(Files.size(file))));
    return ExitCode.OK;
  }

  /** Where a file is until it is whole. */
  static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + PART);
  }

  private void fetch(OutputStream out, Before before) throws IOException {
    List<String> parameters = new ArrayList<>(wish.parameters());
    if (!before.link().isEmpty()) {
      parameters.add("after=" + before.link());
    }
    if (wish.limit() > 0) {
      parameters.add("limit=" + (wish.limit() - before.documents()));
    }
    RestRequest request = command.request("GET", "/core/bulk/export", parameters, null);
    try (HostConnection connection = command.connect()) {
      HostAnswer refusal = connection.download(request, out);
      if (refusal != null) {
        throw CommandFailure.refused(refusal.reason());
      }
    }
  }

  /** Looks for the last whole document in a file. What is behind it is cut off. */
  private Before before(Path part) throws IOException {
    try (InputStream in = Files.newInputStream(part)) {
      RecordReader reader = new RecordReader(in, wish.form());
      boolean table = wish.form() == RecordBounds.Form.CSV;
      byte[] header = table ? reader.next() : null;
      byte[] last = null;
      long bytes = 0;
      long documents = 0;
      for (byte[] next = reader.next(); next != null && reader.isWhole(); next = reader.next()) {
        last = next;
        documents++;
        bytes = reader.offset();
      }
      if (last == null) {
        return Before.NOTHING;
      }
      String link = header == null ? linkOf(last) : TableRecord.cell(header, last, LINK);
      if (link.isEmpty()) {
        throw CommandFailure.usage("%s does not say where to go on: begin anew".formatted(part));
      }
      return new Before(bytes, documents, link);
    }
  }

  private static String linkOf(byte[] line) {
    try {
      return Formats.json().readTree(line).path(LINK).asString("");
    } catch (JacksonException e) {
      return "";
    }
  }

  /** Counts documents on their way, and leaves out the first line of a table that goes on. */
  private final class Counted extends FilterOutputStream {
    private static final int SHOWN_EACH = 1_000;

    private final RecordBounds bounds = new RecordBounds(wish.form());
    private final int headers = wish.form() == RecordBounds.Form.CSV ? 1 : 0;
    private final Before before;
    private final boolean shown;
    private boolean dropping;
    private long bytes;

    Counted(OutputStream out, Before before, boolean shown) {
      super(out);
      this.before = before;
      this.shown = shown;
      this.dropping = headers > 0 && before.documents() > 0;
    }

    long documents() {
      return before.documents() + Math.max(0, bounds.records() - headers);
    }

    @Override
    public void write(int next) throws IOException {
      write(new byte[] {(byte) next}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      long step = documents() / SHOWN_EACH;
      int start = offset;
      for (int i = offset; i < offset + length; i++) {
        boolean ends = bounds.ends(from[i]);
        if (dropping) {
          start = i + 1;
          dropping = !ends;
        }
      }
      out.write(from, start, offset + length - start);
      bytes += offset + length - start;
      if (shown && documents() / SHOWN_EACH != step) {
        progress.show(
            "exporting: %d documents, %s".formatted(documents(), ProgressLine.size(bytes)), "");
      }
      if (streams.out().checkError()) {
        throw new IOException("standard output takes no more");
      }
    }
  }

  /** Cells of tables, as RFC 4180 writes them. */
  private static final class TableRecord {
    private TableRecord() {}

    /** The cell of a record that stands where the header names a field; empty if there is none. */
    static String cell(byte[] header, byte[] record, String field) {
      int at = cells(header).indexOf(field);
      List<String> cells = cells(record);
      return at < 0 || at >= cells.size() ? "" : cells.get(at);
    }

    private static List<String> cells(byte[] record) {
      List<String> cells = new ArrayList<>();
      StringBuilder cell = new StringBuilder();
      boolean quoted = false;
      String text = new String(record, StandardCharsets.UTF_8).stripTrailing();
      for (int i = 0; i < text.length(); i++) {
        char next = text.charAt(i);
        if (next == '"') {
          boolean doubled = quoted && i + 1 < text.length() && text.charAt(i + 1) == '"';
          if (doubled) {
            cell.append(next);
            i++;
          } else {
            quoted = !quoted;
          }
        } else if (next == ',' && !quoted) {
          cells.add(cell.toString());
          cell.setLength(0);
        } else {
          cell.append(next);
        }
      }
      cells.add(cell.toString());
      return cells;
    }
  }
}
