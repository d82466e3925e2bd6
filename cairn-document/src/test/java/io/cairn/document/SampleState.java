// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A document with a field of every kind, for tests. */
@ServiceDocument.IndexingParameters(serializedStateSize = 1024, versionRetention = 7)
public class SampleState extends ServiceDocument {
  /** Colours. */
  public enum Colour {
    RED,
    GREEN;

    @Override
    public String toString() {
      return "colour " + name();
    }
  }

  /** A nested object. */
  public static class Address {
    public String street;
    public int number;
    public Address next;
  }

  @PropertyOptions(usage = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
  public String name;

  @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
  @UsageOption(option = PropertyUsageOption.OPTIONAL)
  public Long counter;

  public int small;
  public boolean flag;
  public double ratio;
  public Double maybe;
  public Colour colour;
  public EnumSet<Colour> colours;

  @PropertyOptions(usage = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
  public List<String> tags;

  @PropertyOptions(
      usage = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL,
      indexing = PropertyIndexingOption.EXPAND)
  public Map<String, String> keyValues;

  public Map<String, Object> anything;
  public Set<Integer> numbers;

  @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
  public Address address;

  public byte[] blob;
  public Date date;
  public Instant instant;
  public ZonedDateTime zoned;
  public URI uri;
  public UUID uuid;
  public Path path;
  public String parentLink;
  public List<String> childLinks;

  @UsageOption(option = PropertyUsageOption.SENSITIVE)
  public String secret;

  @JsonProperty("renamed")
  public String javaName;

  @PropertyOptions(indexing = PropertyIndexingOption.EXCLUDE_FROM_SIGNATURE)
  public String volatileNote;

  public static String notAField = "static";
  public transient String alsoNotAField = "transient";
}
