// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.recovery;

import io.cairn.launch.exit.HostExit;
import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.runtime.Sandbox;
import io.cairn.runtime.security.accounts.AdministratorSetup;
import io.cairn.runtime.security.accounts.AdministratorSetup.NewPassword;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code cairn admin-password}: gives an administrator whose password was forgotten another one, by
 * a file in the directory of a host of the group, on that host's machine.
 */
public final class AdminPasswordCommand {

  private static final String USER = "--user=";

  private static final String HELP =
      """
      Usage: cairn admin-password [--user=EMAIL] [SPEC] [--NAME=VALUE...]
      For a forgotten password: makes EMAIL (admin@localhost) an administrator with a new random
      password, which is printed once. Run it on the machine of a host of the group, as the user that
      the host runs as, with the settings that it is started with (--port, --sandbox, or its SPEC). A
      host that runs takes it up within seconds, one that is stopped at its next start, as soon as its
      group can write. Nothing of this goes over the network.

      Exit codes: 0 done; 2 wrong arguments; 4 there are no data of a host, or they are not yours.
      """;

  private final ProcessSurroundings surroundings;
  private final PrintStream out;
  private final PrintStream err;

  AdminPasswordCommand(ProcessSurroundings surroundings, PrintStream out, PrintStream err) {
    this.surroundings = surroundings;
    this.out = out;
    this.err = err;
  }

  /** The command of this process. */
  public static AdminPasswordCommand ofProcess() {
    return new AdminPasswordCommand(ProcessSurroundings.ofProcess(), System.out, System.err);
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
    String user = null;
    List<String> settings = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith(USER)) {
        user = argument.substring(USER.length());
      } else {
        settings.add(argument);
      }
    }
    try {
      ServiceHost.Arguments host =
          EffectiveConfiguration.read(
                  SpecArgument.OPTIONAL, settings, surroundings, new ApplicationSettings())
              .configuration()
              .host();
      return request(Sandbox.directory(host), user == null ? host.security.adminUser : user);
    } catch (ConfigurationException e) {
      e.notes().forEach(this::complain);
      e.problems().forEach(this::complain);
      return HostExit.of(e);
    }
  }

  private int request(Path directory, String user) {
    if (!user.matches("[^@\\s]+@[^@\\s]+")) {
      complain("--user is an e-mail address, not '%s'".formatted(user));
      return HostExit.USAGE;
    }
    if (!Files.isDirectory(directory.resolve("log"))) {
      complain(
          ("there are no data of a host in %s. --port and --sandbox must be those that the host was"
                  + " started with")
              .formatted(directory));
      return HostExit.DATA_UNUSABLE;
    }
    String password = AdministratorSetup.newPassword();
    try {
      AdministratorSetup.request(directory, new NewPassword(user, password));
    } catch (IOException e) {
      complain("%s cannot be written: %s".formatted(directory, e));
      return HostExit.DATA_UNUSABLE;
    }
    out.printf(
        "The new password of %s is %s%nA host that runs takes it up within seconds; its log says so.%n",
        user, password);
    return HostExit.STOPPED;
  }

  private void complain(String text) {
    err.println("cairn: " + text);
  }
}
