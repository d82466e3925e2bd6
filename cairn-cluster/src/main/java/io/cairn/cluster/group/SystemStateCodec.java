// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The binary form of a group's state, in commands, snapshots and files. */
final class SystemStateCodec {

  private static final int FORMAT = 1;

  private SystemStateCodec() {}

  static byte[] encode(SystemState state) {
    return Wire.write(out -> write(out, state));
  }

  /** Reads a state; see {@link Wire#read} for failures. */
  static SystemState decode(byte[] bytes) {
    return Wire.read(bytes, SystemStateCodec::read);
  }

  static void write(Wire.Out out, SystemState state) throws IOException {
    out.tag(FORMAT);
    out.text(state.uid());
    out.number(state.version());
    GroupConfig config = state.config();
    out.number(config.nodeRemovalDelayMicros());
    out.small(config.stableGroupMaintenanceIntervalCount());
    out.small(config.membershipQuorum());
    out.small(config.locationQuorum());
    out.number(state.membershipUpdateTimeMicros());
    out.texts(state.founders());
    out.small(state.nodes().size());
    for (NodeRecord node : state.nodes().values()) {
      write(out, node);
    }
    out.pairs(state.departed());
    out.small(state.selectors().size());
    for (SelectorRecord selector : state.selectors().values()) {
      write(out, selector);
    }
    out.texts(state.formerly());
  }

  private static void write(Wire.Out out, NodeRecord node) throws IOException {
    out.text(node.id());
    out.text(node.address().toString());
    out.flag(node.role() == NodeRole.PEER);
    out.pairs(node.properties());
    out.text(node.token());
    out.number(node.joinedVersion());
    out.number(node.unavailableSinceMicros());
    out.flag(node.synchronizing());
    out.number(node.version());
    out.number(node.updateTimeMicros());
  }

  private static void write(Wire.Out out, SelectorRecord selector) throws IOException {
    out.text(selector.spec().name());
    out.small(selector.spec().replicationFactor());
    out.small(selector.partitions().size());
    for (PartitionRecord partition : selector.partitions()) {
      out.texts(partition.founders());
      out.number(partition.createdVersion());
      out.texts(partition.holders());
    }
  }

  static SystemState read(Wire.In in) throws IOException {
    int format = in.tag();
    if (format != FORMAT) {
      throw new IOException("the group's state has format " + format + ", not " + FORMAT);
    }
    String uid = in.text();
    long version = in.number();
    GroupConfig config = new GroupConfig(in.number(), in.small(), in.small(), in.small());
    long time = in.number();
    List<String> founders = in.texts();
    TreeMap<String, NodeRecord> nodes = new TreeMap<>();
    for (int count = in.count(); count > 0; count--) {
      NodeRecord node = node(in);
      nodes.put(node.id(), node);
    }
    TreeMap<String, String> departed = new TreeMap<>(in.pairs());
    TreeMap<String, SelectorRecord> selectors = new TreeMap<>();
    for (int count = in.count(); count > 0; count--) {
      SelectorRecord selector = selector(in);
      selectors.put(selector.spec().name(), selector);
    }
    return new SystemState(
        uid, version, config, time, founders, nodes, departed, selectors, in.texts());
  }

  private static NodeRecord node(Wire.In in) throws IOException {
    return new NodeRecord(
        in.text(),
        in.uri(),
        in.flag() ? NodeRole.PEER : NodeRole.OBSERVER,
        in.pairs(),
        in.text(),
        in.number(),
        in.number(),
        in.flag(),
        in.number(),
        in.number());
  }

  private static SelectorRecord selector(Wire.In in) throws IOException {
    SelectorSpec spec = new SelectorSpec(in.text(), in.small());
    List<PartitionRecord> partitions = new ArrayList<>();
    for (int count = in.count(); count > 0; count--) {
      partitions.add(new PartitionRecord(in.texts(), in.number(), in.texts()));
    }
    return new SelectorRecord(spec, partitions);
  }
}
