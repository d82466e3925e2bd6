// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import io.cairn.cluster.log.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code groups.json}: which groups this node is a member of. Every change is on disk when
 * the call returns. Safe for all threads.
 */
public final class GroupRegister {

  private static final int FORMAT = 1;

  private static final String LOG_REMEDY =
      "Restore the whole data directory from a backup. Or, if the groups have a majority without this"
          + " node, move its data directory away and start it with an empty one, the same id and the"
          + " others as its peerNodes: it joins anew and is filled";

  private static final String REMEDY =
      "It says what this node is in its groups, and no other node knows that: restore it from a"
          + " backup, or begin anew. "
          + LOG_REMEDY;

  private final DurableFile file;
  private final JsonMapper json = JsonMapper.builder().build();
  private final Map<String, GroupRecord> records = new TreeMap<>();
  private final String nodeId;

  /** What the file holds. */
  record Content(int format, String nodeId, List<GroupRecord> groups) {}

  private GroupRegister(DurableFile file, String nodeId) {
    this.file = file;
    this.nodeId = nodeId;
  }

  /**
   * Reads the file, if there is one.
   *
   * @param logged the groups that this node's log holds
   * @throws IOException if it cannot be read, is damaged or belongs to another node
   */
  public static GroupRegister open(Path directory, String nodeId, Collection<String> logged)
      throws IOException {
    GroupRegister register =
        new GroupRegister(new DurableFile(directory.resolve("groups.json")), nodeId);
    byte[] stored = register.file.read();
    if (stored == null) {
      String known =
          logged.stream()
              .filter(name -> name.contains("@"))
              .map(name -> name.substring(0, name.indexOf('@')))
              .distinct()
              .sorted()
              .collect(Collectors.joining(", "));
      if (!known.isEmpty()) {
        throw new IOException(
            "%s is missing, but the log holds replicas of %s. %s"
                .formatted(register.file.path(), known, REMEDY));
      }
    } else {
      Content content = register.parse(stored);
      if (!content.nodeId().equals(nodeId)) {
        throw new IOException(
            ("%s was written by node %s, but the log says that this is node %s: the log is missing, cut"
                    + " short, or that of another node. %s")
                .formatted(register.file.path(), content.nodeId(), nodeId, LOG_REMEDY));
      }
      if (logged.isEmpty() && content.groups().stream().anyMatch(group -> group.active() != null)) {
        // What it has promised to others is gone; the node that made the group would make it again.
        throw new IOException(
            "%s says that this node is in a group, but its log is empty. %s"
                .formatted(register.file.path(), LOG_REMEDY));
      }
      content.groups().forEach(group -> register.records.put(group.name(), group));
    }
    return register;
  }

  private Content parse(byte[] stored) throws IOException {
    try {
      Content content = json.readValue(stored, Content.class);
      if (content.format() != FORMAT) {
        throw new IOException(
            "%s has format %d, and this Cairn reads format %d: run the Cairn that wrote it"
                .formatted(file.path(), content.format(), FORMAT));
      }
      return content;
    } catch (JacksonException e) {
      throw new IOException(
          "%s is damaged: %s. %s".formatted(file.path(), e.getOriginalMessage(), REMEDY), e);
    }
  }

  public synchronized Collection<GroupRecord> all() {
    return List.copyOf(records.values());
  }

  public synchronized GroupRecord get(String name) {
    return records.getOrDefault(name, GroupRecord.none(name));
  }

  /** Changes a group's record; the file is written before anybody sees the change. */
  public synchronized GroupRecord update(String name, UnaryOperator<GroupRecord> change)
      throws IOException {
    GroupRecord next = change.apply(get(name));
    if (next.equals(records.get(name))) {
      return next;
    }
    Map<String, GroupRecord> all = new TreeMap<>(records);
    all.put(name, next);
    file.write(
        json.writerWithDefaultPrettyPrinter()
            .writeValueAsBytes(new Content(FORMAT, nodeId, List.copyOf(all.values()))));
    records.put(name, next);
    return next;
  }
}
