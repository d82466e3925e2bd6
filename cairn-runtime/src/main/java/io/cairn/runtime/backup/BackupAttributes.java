// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributeSet;
import io.cairn.cluster.attributes.AttributeType;
import io.cairn.cluster.attributes.AttributesClient;
import io.cairn.cluster.attributes.AttributesFullException;
import io.cairn.document.DocumentJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of the cluster in a backup: as this node knows them at that moment. Thread-safe.
 */
public final class BackupAttributes {
  private volatile @Nullable AttributesClient client;

  /** Says whose attributes they are, once there are any. */
  public void of(AttributesClient attributes) {
    client = attributes;
  }

  /** One attribute; the value as {@link AttributeType#parse} reads it. */
  record Saved(String set, String name, String type, String value) {}

  /** What is saved of them. */
  record SavedAttributes(List<Saved> attributes) {
    SavedAttributes {
      attributes = List.copyOf(attributes);
    }
  }

  byte[] toBytes() {
    List<Saved> all = new ArrayList<>();
    AttributesClient attributes = client;
    if (attributes != null) {
      for (AttributeSet set : attributes.all()) {
        for (Attribute<?> each : set.all()) {
          all.add(
              new Saved(
                  set.name(),
                  each.name(),
                  each.type().typeName(),
                  String.valueOf((Object) each.value())));
        }
      }
    }
    return DocumentJson.standard().toBytes(new SavedAttributes(all));
  }

  /** Adds those that are not there; what cannot be added is noted. */
  void adopt(byte[] bytes, BackupProgress progress) {
    AttributesClient attributes = client;
    SavedAttributes saved =
        DocumentJson.standard()
            .convert(DocumentJson.standard().readTree(bytes), SavedAttributes.class);
    for (Saved each : saved.attributes()) {
      try {
        if (attributes == null) {
          throw new IllegalStateException("this host has no attributes");
        }
        AttributeType type =
            AttributeType.named(each.type())
                .orElseThrow(() -> new IllegalArgumentException("unknown type " + each.type()));
        var _ = attributes.add(each.set(), each.name(), type.parse(each.value()));
      } catch (IllegalArgumentException | IllegalStateException | AttributesFullException e) {
        progress.note(
            "The attribute %s of %s is not restored: %s"
                .formatted(each.name(), each.set(), e.getMessage()));
      }
    }
  }
}
