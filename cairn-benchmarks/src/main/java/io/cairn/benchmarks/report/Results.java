// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that came of a run. Not thread-safe.
 *
 * @param machine what it ran on and how, one fact a line
 * @param missing what was left out, and why
 * @param cells each work of each system
 * @param facts what else was measured
 * @param curves rates over the first minutes
 */
public record Results(
    List<String> machine,
    List<String> missing,
    List<Cell> cells,
    List<Fact> facts,
    List<Curve> curves) {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Nothing yet. */
  public Results() {
    this(
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  /** Reads what {@link #json} wrote. */
  public static Results parse(String json) {
    return MAPPER.readValue(json, Results.class);
  }

  /** All of it as JSON. */
  public String json() {
    return MAPPER.writeValueAsString(this) + "\n";
  }

  /** The one cell of a work, if it was measured. */
  public Optional<Cell> cell(int hosts, String system, String work, int clients) {
    return cells.stream()
        .filter(
            cell ->
                cell.hosts() == hosts
                    && cell.system().equals(system)
                    && cell.work().equals(work)
                    && cell.clients() == clients)
        .findFirst();
  }

  /** The spread of a fact, if it was measured. */
  public Optional<Spread> fact(String system, String name) {
    return facts.stream()
        .filter(fact -> fact.system().equals(system) && fact.name().equals(name))
        .filter(fact -> !fact.values().isEmpty())
        .findFirst()
        .map(fact -> Spread.of(fact.values()));
  }

  /** The curve of a system, if there is one. */
  public Optional<Curve> curve(String system) {
    return curves.stream().filter(curve -> curve.system().equals(system)).findFirst();
  }
}
