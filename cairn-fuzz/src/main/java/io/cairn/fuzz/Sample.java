// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document with fields of most kinds. */
public class Sample extends ServiceDocument {
  static final String KIND = "fuzz:Sample";

  @PropertyOptions(indexing = PropertyIndexingOption.SORT)
  public @Nullable String name;

  @PropertyOptions(indexing = PropertyIndexingOption.CASE_INSENSITIVE)
  public @Nullable String city;

  public @Nullable Long age;
  public @Nullable Double height;
  public @Nullable Boolean active;
  public @Nullable Date born;

  @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
  public @Nullable List<String> tags;

  @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
  public @Nullable Map<String, String> custom;
}
