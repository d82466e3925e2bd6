// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.document.DocumentJson;
import io.cairn.store.disk.SnapshotFile;
import io.cairn.store.disk.SnapshotTable;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a backup holds. It is written last, so a backup without one is not whole; it carries its own
 * checksum.
 *
 * @param format how to read it
 * @param id the backup's name, which is that of its directory; names sort by time
 * @param group the node group
 * @param groupUid the random name of that group
 * @param node the node that made the backup
 * @param requestedMicros everything acknowledged before this moment is in the backup; microseconds
 *     since 1970
 * @param boundaryMicros nothing acknowledged after this moment is in it
 * @param base the backup that this one shares files with; empty if it has all its files itself
 * @param partitions the partitions
 * @param system other files
 */
public record BackupManifest(
    int format,
    String id,
    String group,
    String groupUid,
    String node,
    long requestedMicros,
    long boundaryMicros,
    String base,
    List<PartitionCopy> partitions,
    List<FileCopy> system) {

  /** The file that holds it. */
  public static final String FILE = "manifest.json";

  /** The file among {@link #system} with the forms that documents had. */
  public static final String SCHEMAS = "system/schemas.json";

  /** The file among {@link #system} with the cluster's attributes. */
  static final String ATTRIBUTES = "system/attributes.json";

  static final int FORMAT = 1;
  private static final String CHECKSUM = "sha256";

  /**
   * One partition, at one place of its log.
   *
   * @param selector the name of the selector whose documents it holds; empty for the node's own
   * @param replicationFactor on how many nodes the selector keeps documents; 0: on all
   * @param number the partition's number
   * @param node whose replica was copied
   * @param storeId the identity of that replica's store
   * @param logIndex everything up to this index is in the copy, and nothing later
   * @param takenMicros when it was taken
   */
  public record PartitionCopy(
      String selector,
      int replicationFactor,
      int number,
      String node,
      String storeId,
      long logIndex,
      long takenMicros,
      List<FileCopy> files) {

    /** Copies the list. */
    public PartitionCopy {
      files = List.copyOf(files);
    }

    /** What this copy has, for a next one that is to share it. */
    SnapshotTable table() {
      return new SnapshotTable(
          storeId,
          0,
          files.stream()
              .map(file -> new SnapshotFile(file.name(), file.bytes(), file.storeChecksum()))
              .toList());
    }
  }

  /**
   * One file.
   *
   * @param path where it is in the backup that has it
   * @param bytes how long it is
   * @param sha256 the checksum of its bytes, in hexadecimal digits
   * @param storeChecksum the checksum that the store itself has given it; 0 for other files
   * @param in the backup that has it
   */
  public record FileCopy(String path, long bytes, String sha256, long storeChecksum, String in) {
    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  /** Copies the lists. */
  public BackupManifest {
    partitions = List.copyOf(partitions);
    system = List.copyOf(system);
  }

  /** All files, those of other backups included. */
  public Stream<FileCopy> files() {
    return Stream.concat(
        partitions.stream().flatMap(partition -> partition.files().stream()), system.stream());
  }

  /** The size of all files together. */
  public long bytes() {
    return files().mapToLong(FileCopy::bytes).sum();
  }

  /** The other backups that have files of this one. */
  public Set<String> needs() {
    Set<String> needed = new TreeSet<>();
    files().map(FileCopy::in).filter(other -> !other.equals(id)).forEach(needed::add);
    return needed;
  }

  /** The bytes of the file. */
  byte[] toBytes() {
    ObjectNode tree = (ObjectNode) DocumentJson.standard().toTree(this);
    tree.put(CHECKSUM, checksum(tree));
    return DocumentJson.standard().toJsonPretty(tree).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the bytes of the file.
   *
   * @throws BackupException if they are damaged, or another Cairn wrote them
   */
  static BackupManifest of(byte[] bytes, String place) throws BackupException {
    try {
      JsonNode tree = DocumentJson.standard().readTree(bytes);
      int format = tree.path("format").asInt(0);
      if (!(tree instanceof ObjectNode manifest) || format == 0) {
        throw damaged(place, "it says nothing of a backup");
      }
      if (format != FORMAT) {
        throw new BackupException(
            BackupException.Reason.INVALID,
            "%s of %s has format %d, and this Cairn reads format %d: run the Cairn that wrote it"
                .formatted(FILE, place, format, FORMAT));
      }
      String recorded = manifest.path(CHECKSUM).asString("");
      manifest.remove(CHECKSUM);
      if (!recorded.equals(checksum(manifest))) {
        throw damaged(place, "its checksum is wrong");
      }
      return DocumentJson.standard().convert(manifest, BackupManifest.class);
    } catch (IllegalArgumentException e) {
      throw damaged(place, String.valueOf(e.getMessage()));
    }
  }

  private static BackupException damaged(String place, String how) {
    return new BackupException(
        BackupException.Reason.INVALID,
        "The backup %s is damaged: %s of it cannot be believed (%s). Use another backup"
            .formatted(place, FILE, how));
  }

  private static String checksum(ObjectNode tree) {
    return HexFormat.of().formatHex(Sha256.digest().digest(DocumentJson.standard().toBytes(tree)));
  }
}
