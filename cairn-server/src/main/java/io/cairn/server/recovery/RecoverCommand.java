// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.recovery;

import io.cairn.cluster.group.recovery.LostGroup;
import io.cairn.cluster.log.LogLockedException;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.ApplicationFiles;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.exit.HostExit;
import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.runtime.HostRecovery;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * {@code cairn recover}: makes what a stopped host holds of a group that has lost its majority for
 * good a group of that host alone. Without {@code --yes} it only says what it would do.
 */
public final class RecoverCommand {

  private static final String EMPTY = "--empty=";
  private static final int PROBE_MILLIS = 1_000;

  private static final String HELP =
      """
      Usage: cairn recover [--yes] [--force] [--empty=PARTITION,...] [SPEC] [JAR|DIR...]
                           [--NAME=VALUE...]
      For a group that has lost more than half of its members for good: makes what one survivor holds a
      group of that host alone, under a new identity, to which others can be added. Run it on the
      survivor's machine, with the settings that it is started with (--port, --sandbox, or its SPEC;
      and the JAR of its application, if the settings file has settings of that), while it is stopped. Without --yes it prints what it would do and what may be lost, and changes
      nothing. Copy the host's directory before.

        --yes                 do it
        --force               also if members that would make a majority seem to answer
        --empty=default/3     let a partition whose copy is damaged begin empty

      Exit codes: 0 done, or printed; 1 refused, with the reason; 2 wrong arguments; 4 the host runs, or
      its data cannot be used.
      """;

  private final ProcessSurroundings surroundings;
  private final PrintStream out;
  private final PrintStream err;
  private final Predicate<URI> answers;

  RecoverCommand(
      ProcessSurroundings surroundings, PrintStream out, PrintStream err, Predicate<URI> answers) {
    this.surroundings = surroundings;
    this.out = out;
    this.err = err;
    this.answers = answers;
  }

  /** The command of this process. */
  public static RecoverCommand ofProcess() {
    return new RecoverCommand(
        ProcessSurroundings.ofProcess(), System.out, System.err, RecoverCommand::accepts);
  }

  /** Tells whether anything takes connections at an address. */
  private static boolean accepts(URI address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), PROBE_MILLIS);
      return true;
    } catch (IOException nobody) {
      return false;
    }
  }

  /** What the arguments ask for. */
  private record Wish(boolean yes, boolean force, List<String> empty, List<String> settings) {

    static Wish of(List<String> arguments) {
      List<String> empty = new ArrayList<>();
      List<String> settings = new ArrayList<>();
      for (String argument : arguments) {
        if (argument.startsWith(EMPTY)) {
          empty.addAll(Arrays.asList(argument.substring(EMPTY.length()).split(",")));
        } else if (!argument.equals("--yes") && !argument.equals("--force")) {
          settings.add(argument);
        }
      }
      return new Wish(arguments.contains("--yes"), arguments.contains("--force"), empty, settings);
    }
  }

  /**
   * Runs the command.
   *
   * @param arguments its own, and those of {@code start} or {@code node}
   * @return one of {@link HostExit}'s numbers
   */
  public int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(HELP);
      return HostExit.STOPPED;
    }
    Wish wish = Wish.of(arguments);
    try {
      return run(read(wish.settings()), wish);
    } catch (ApplicationException e) {
      complain(String.valueOf(e.getMessage()));
      return e.exitCode();
    } catch (ConfigurationException e) {
      e.notes().forEach(this::complain);
      e.problems().forEach(this::complain);
      return HostExit.of(e);
    }
  }

  /** The settings file may have settings of an application, which are known from its files. */
  private ServiceHost.Arguments read(List<String> words)
      throws ConfigurationException, ApplicationException {
    List<String> files = SpecArgument.OPTIONAL.files(words);
    List<String> settings = words.stream().filter(word -> !files.contains(word)).toList();
    ApplicationSettings own = new ApplicationSettings();
    if (!files.isEmpty()) {
      try (ApplicationFiles found = ApplicationFiles.of(files)) {
        own = DeclaredApplication.of(found.applications()).settings();
      }
    }
    return EffectiveConfiguration.read(SpecArgument.OPTIONAL, settings, surroundings, own)
        .configuration()
        .host();
  }

  private int run(ServiceHost.Arguments host, Wish wish) {
    try (HostRecovery recovery = HostRecovery.open(host)) {
      out.println("Data of " + recovery.nodeId() + " in " + recovery.directory());
      return run(recovery, wish);
    } catch (NoSuchFileException e) {
      complain(
          "there are no data of a host: %s is missing. --port and --sandbox must be those that the"
                  .formatted(e.getFile())
              + " host was started with");
    } catch (LogLockedException e) {
      complain("the host runs; stop it first: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      complain("the data cannot be used: " + e.getMessage());
    }
    return HostExit.DATA_UNUSABLE;
  }

  private int run(HostRecovery recovery, Wish wish) throws IOException {
    List<LostGroup> lost = recovery.lost();
    if (lost.isEmpty()) {
      complain(
          "this node is in no group with other members: there is nothing to recover; start it");
      return HostExit.FAILED;
    }
    List<String> objections = new ArrayList<>();
    for (LostGroup group : lost) {
      RecoveryPlan plan = new RecoveryPlan(group, reachable(group), wish.empty());
      out.println();
      out.print(plan.text());
      objections.addAll(plan.objections(wish.force()));
    }
    out.flush();
    if (!objections.isEmpty()) {
      objections.forEach(this::complain);
      complain("nothing was changed");
      return HostExit.FAILED;
    }
    if (!wish.yes()) {
      out.println();
      out.println(
          "Nothing was changed. Copy the directory, then run this again with --yes to do it.");
      return HostExit.STOPPED;
    }
    for (LostGroup group : lost) {
      recovery.recover(group, wish.empty());
    }
    out.println();
    out.println("Done. Start the host; it is a group of its own, and others can join it.");
    return HostExit.STOPPED;
  }

  private Set<String> reachable(LostGroup group) {
    return group.members().stream()
        .filter(member -> !member.isThisNode() && answers.test(member.address()))
        .map(LostGroup.Member::id)
        .collect(Collectors.toSet());
  }

  private void complain(String text) {
    out.flush();
    err.println("cairn: " + text);
  }
}
