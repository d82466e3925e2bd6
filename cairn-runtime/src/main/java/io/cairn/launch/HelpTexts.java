// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.launch.settings.NodeSpec;

/** What the commands say about themselves. */
final class HelpTexts {

  private static final String FILES =
      """
      Starts a host with the example services at /core/examples, or with the applications in the
      jars and directories that are named; --nodes=3 starts three.
      """;

  private static final String NODE =
      """
      Starts one node of a cluster. SPEC is %s, for example
      1:node1:true:localhost:17171:17172; opPort is for other nodes, appPort is the HTTP port.
      What it says cannot be said again: port, peerPort, id, nodes.

      """
          .formatted(NodeSpec.FORMAT);

  private HelpTexts() {}

  static String start(HostProgram program, ApplicationSettings settings) {
    String usage = "Usage: " + program.startCommand() + program.files() + " [--NAME=VALUE...]\n";
    return switch (program.kind()) {
      case CAIRN -> usage + FILES + "\n" + settings(program, settings);
      case MAIN ->
          usage
              + "       "
              + program.nodeCommand()
              + " SPEC [--NAME=VALUE...]\n       "
              + program.configCommand()
              + " [SPEC] [--NAME=VALUE...]\n"
              + "Starts a host with the application; --nodes=3 starts three.\n"
              + "node starts one of a cluster, config prints the settings.\n\n"
              + settings(program, settings);
    };
  }

  static String node(HostProgram program, ApplicationSettings settings) {
    return "Usage: "
        + program.nodeCommand()
        + " SPEC"
        + program.files()
        + " [--NAME=VALUE...]\n"
        + NODE
        + settings(program, settings);
  }

  static String config(HostProgram program) {
    return "Usage: "
        + program.configCommand()
        + " [--format=text|json] [SPEC]"
        + program.files()
        + " [--NAME=VALUE...]\n"
        + """
        Prints the settings that %s, or %s SPEC, would run with, and where each came
        from. Starts nothing.

        Exit codes: 0 they can be used, 2 wrong arguments, 4 wrong configuration file.
        """
            .formatted(program.startCommand(), program.nodeCommand());
  }

  private static String settings(HostProgram program, ApplicationSettings settings) {
    return HostConfiguration.help(settings)
        + sources(
            program.kind() == HostProgram.Kind.CAIRN ? ", to which CAIRN_CLASSPATH adds" : "");
  }

  private static String sources(String addition) {
    return """

        A value is taken from the first that has one: the command line, -Dcairn.NAME (or
        -Dxenon.NAME), the environment variable CAIRN_NAME (CAIRN_BIND_ADDRESS,
        CAIRN_CLUSTER_SEEDS), the configuration file, the default in brackets. That file is the
        one of --config=FILE (lines NAME=VALUE), or cairn-cluster.properties or else
        xoom-cluster.properties on the class path%s.

        Exit codes: 0 stopped, 2 wrong settings, 3 port taken, 4 configuration file, class or data
        unusable, 5 log failed (disk full or broken), 1 anything else.
        """
        .formatted(addition);
  }
}
