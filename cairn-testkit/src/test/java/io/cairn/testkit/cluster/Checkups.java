// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import tools.jackson.databind.JsonNode;

/** Reads what a node says is the matter with it. */
final class Checkups {

  static final String PATH = "/core/cluster/checkup";

  private Checkups() {}

  /** What one check has found, as text; empty if nothing. */
  static String found(JsonNode checkup, String name) {
    StringBuilder all = new StringBuilder();
    for (JsonNode check : checkup.path("checks")) {
      if (check.path("name").asString().equals(name)) {
        check.path("findings").forEach(finding -> all.append(finding.path("found").asString()));
      }
    }
    return all.toString();
  }
}
