// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

/** What the commands say about themselves. */
final class HelpTexts {

  static final String START =
      """
      Usage: cairn start [--NAME=VALUE...]
      Starts a host with the example services at /core/examples; --nodes=3 starts three.

      """;

  static final String NODE =
      """
      Usage: cairn node SPEC [--NAME=VALUE...]
      Starts one node of a cluster. SPEC is id:name:isSeed:host:opPort:appPort, for example
      1:node1:true:localhost:17171:17172; opPort is for other nodes, appPort is the HTTP port.
      What it says cannot be said again: port, peerPort, id, nodes.

      """;

  static final String CONFIG =
      """
      Usage: cairn config [--format=text|json] [SPEC] [--NAME=VALUE...]
      Prints the settings that cairn start, or cairn node SPEC, would run with, and where each came
      from. Starts nothing.

      Exit codes: 0 they can be used, 2 wrong arguments, 4 wrong configuration file.
      """;

  static final String SOURCES =
      """

      A value is taken from the first that has one: the command line, -Dcairn.NAME (or
      -Dxenon.NAME), the environment variable CAIRN_NAME (CAIRN_BIND_ADDRESS,
      CAIRN_CLUSTER_SEEDS), the configuration file, the default in brackets. That file is the
      one of --config=FILE (lines NAME=VALUE), or cairn-cluster.properties or else
      xoom-cluster.properties on the class path, to which CAIRN_CLASSPATH adds.

      Exit codes: 0 stopped, 2 wrong settings, 3 port taken, 4 configuration file, class or data
      unusable, 5 log failed (disk full or broken), 1 anything else.
      """;

  private HelpTexts() {}
}
