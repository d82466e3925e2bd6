// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static io.cairn.cli.ClientCommand.flag;
import static io.cairn.cli.ClientCommand.isSet;
import static io.cairn.cli.ClientCommand.text;
import static io.cairn.cli.ClientCommand.value;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** The commands {@code import} and {@code export}: the documents of a factory, and files. */
final class BulkCommands {
  private static final String STREAM = "-";
  private static final String FORMAT = "--format";
  private static final String RESUME = "--resume";
  private static final String PER_SECOND = "--per-second";
  private static final String EXISTING = "--existing";
  private static final String FROM = "--from";
  private static final String MAX_FAILURES = "--max-failures";
  private static final String FILTER = "--filter";
  private static final String AS_OF = "--as-of";
  private static final String LIMIT = "--limit";
  private static final String FORCE = "--force";

  private static final int MOST_FAILURES = 10_000;

  private final Map<String, String> environment;
  private final StandardStreams streams;

  private BulkCommands(Map<String, String> environment, StandardStreams streams) {
    this.environment = environment;
    this.streams = streams;
  }

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    BulkCommands commands = new BulkCommands(environment, streams);
    root.addSubcommand("import", commands.bringIn());
    root.addSubcommand("export", commands.giveOut());
  }

  private CommandSpec bringIn() {
    CommandSpec spec =
        ClientCommand.asking(
            "import",
            "FACTORY [FILE]",
            "where the documents go, and a file with one in each line, or a table (.csv); standard"
                + " input without a file",
            "Create documents, or make them equal to what a file says. What fails is told line by"
                + " line; an import that broke off goes on with --resume.",
            this::bringIn);
    both(spec);
    spec.addOption(flag(RESUME, "go on where an import of this file has broken off"));
    spec.addOption(text(FROM, "LINE", "leave out the lines before this one"));
    spec.addOption(
        text(EXISTING, "WHAT", "documents that are there: replace (default), keep or refuse"));
    spec.addOption(text(MAX_FAILURES, "NUMBER", "end after so many failures (100, at most 10000)"));
    return spec;
  }

  private CommandSpec giveOut() {
    CommandSpec spec =
        ClientCommand.asking(
            "export",
            "FACTORY [FILE]",
            "whose documents, and the file to write; standard output without a file",
            "Write the documents of a factory, one in each line, or as a table (.csv). A file has its"
                + " name when it is whole; an export that broke off goes on with --resume.",
            this::giveOut);
    both(spec);
    spec.addOption(flag(RESUME, "go on where an export to this file has broken off"));
    spec.addOption(flag(FORCE, "replace a file that is there"));
    spec.addOption(text(FILTER, "FILTER", "which documents, as $filter of a listing"));
    spec.addOption(text(AS_OF, "TIME", "as they were then: 2026-11-30T08:00:00Z"));
    spec.addOption(text(LIMIT, "NUMBER", "so many documents at most"));
    return spec;
  }

  private static void both(CommandSpec spec) {
    spec.addOption(text(FORMAT, "FORMAT", "ndjson or csv (default: what the file's name says)"));
    spec.addOption(text(PER_SECOND, "NUMBER", "so many documents a second at most"));
  }

  private int bringIn(CommandSpec self, List<String> words) {
    String factory = factory("import", words);
    String file = file(words);
    boolean stream = file.equals(STREAM);
    if (isSet(self, RESUME) && (stream || !value(self, FROM).isEmpty())) {
      throw CommandFailure.usage(
          stream
              ? "--resume needs a file; for standard input say --from=LINE"
              : "--resume and --from exclude each other");
    }
    String existing = value(self, EXISTING).toUpperCase(Locale.ROOT);
    if (!Set.of("", "REPLACE", "KEEP", "REFUSE").contains(existing)) {
      throw CommandFailure.usage(
          "--existing takes replace, keep or refuse, not '%s'".formatted(value(self, EXISTING)));
    }
    RequestCommand command = RequestCommand.of(self, environment, streams).forMany();
    Path path = stream ? null : path(file);
    try (InputStream in =
        path == null ? streams.in() : new BufferedInputStream(Files.newInputStream(path))) {
      ImportPlace place = path == null ? null : new ImportPlace(path, factory);
      ImportRun.Wish wish =
          new ImportRun.Wish(
              factory,
              RecordBounds.Form.of(value(self, FORMAT), file),
              existing.isEmpty() ? "REPLACE" : existing,
              isSet(self, RESUME) && place != null
                  ? place.line()
                  : number(self, FROM, 1, Long.MAX_VALUE, 1),
              (int) number(self, MAX_FAILURES, 1, MOST_FAILURES, 100),
              perSecond(self),
              path == null ? 0 : Files.size(path),
              place);
      return new ImportRun(command, streams, wish).run(in);
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read %s: %s".formatted(file, e));
    }
  }

  private int giveOut(CommandSpec self, List<String> words) {
    String factory = factory("export", words);
    String file = file(words);
    boolean stream = file.equals(STREAM);
    RecordBounds.Form form = RecordBounds.Form.of(value(self, FORMAT), file);
    List<String> parameters = new ArrayList<>(List.of("factory=" + factory, "format=" + form));
    optional(parameters, "filter", value(self, FILTER));
    optional(parameters, "asOf", value(self, AS_OF));
    if (perSecond(self) > 0) {
      parameters.add("perSecond=" + perSecond(self));
    }
    ExportRun.Wish wish =
        new ExportRun.Wish(form, parameters, number(self, LIMIT, 1, Long.MAX_VALUE, 0));
    ExportRun run =
        new ExportRun(RequestCommand.of(self, environment, streams).forMany(), streams, wish);
    if (stream && isSet(self, RESUME)) {
      throw CommandFailure.usage("--resume needs a file");
    }
    try {
      if (stream) {
        return run.toOutput();
      }
      Path path = path(file);
      requireFree(path, isSet(self, RESUME), isSet(self, FORCE));
      return run.toFile(path, isSet(self, RESUME));
    } catch (IOException e) {
      throw CommandFailure.refused("cannot write %s: %s".formatted(file, e));
    }
  }

  private static void requireFree(Path file, boolean resume, boolean force) {
    Path part = ExportRun.part(file);
    if (resume != Files.exists(part) && !force) {
      throw CommandFailure.usage(
          resume
              ? "no export to %s has broken off (there is no %s): leave --resume out"
                  .formatted(file, part)
              : "%s is of an export that broke off: --resume goes on with it, --force begins anew"
                  .formatted(part));
    }
    if (Files.isDirectory(file) || (Files.exists(file) && !force)) {
      throw CommandFailure.usage(
          Files.isDirectory(file)
              ? file + " is a directory: name a file"
              : file + " is there already: --force replaces it");
    }
  }

  private static String factory(String command, List<String> words) {
    for (String word : words) {
      if (word.startsWith("-") && !word.equals(STREAM)) {
        throw CommandFailure.usage("%s has no option %s".formatted(command, word));
      }
    }
    if (words.isEmpty() || words.size() > 2) {
      throw CommandFailure.usage(
          "%s takes a factory, such as /core/examples, and a file".formatted(command));
    }
    return words.getFirst();
  }

  private static String file(List<String> words) {
    return words.size() < 2 ? STREAM : words.get(1);
  }

  private static Path path(String file) {
    try {
      return Path.of(file).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw CommandFailure.usage("'%s' is no path: %s".formatted(file, e.getReason()));
    }
  }

  private static void optional(List<String> parameters, String name, String value) {
    if (!value.isEmpty()) {
      parameters.add(name + "=" + value);
    }
  }

  private static int perSecond(CommandSpec self) {
    return (int) number(self, PER_SECOND, 1, 1_000_000, 0);
  }

  private static long number(
      CommandSpec self, String option, long least, long most, long otherwise) {
    String text = value(self, option);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw CommandFailure.usage(
        most == Long.MAX_VALUE
            ? "%s takes a number from %d on, not '%s'".formatted(option, least, text)
            : "%s takes a number from %d to %d, not '%s'".formatted(option, least, most, text));
  }
}
