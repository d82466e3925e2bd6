// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.cluster.group.state.GroupConfig;
import tools.jackson.databind.JsonNode;

/** Reads the configuration of groups. */
public final class GroupConfigs {

  private GroupConfigs() {}

  /**
   * A configuration with those fields changed that are there.
   *
   * @throws IllegalArgumentException that names the field that is no number, or out of range
   */
  public static GroupConfig changed(GroupConfig config, JsonNode fields) {
    if (!fields.isObject()) {
      throw new IllegalArgumentException("config must be an object");
    }
    return config.with(
        it ->
            it.nodeRemovalDelayMicros(
                    number(fields, "nodeRemovalDelayMicros", config.nodeRemovalDelayMicros()))
                .stableGroupMaintenanceIntervalCount(
                    Math.toIntExact(
                        number(
                            fields,
                            "stableGroupMaintenanceIntervalCount",
                            config.stableGroupMaintenanceIntervalCount()))));
  }

  private static long number(JsonNode fields, String name, long present) {
    JsonNode value = fields.get(name);
    if (value == null || value.isNull()) {
      return present;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("config.%s must be an integer".formatted(name));
    }
    return value.asLong();
  }
}
