// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** A document class with a field of each sort of indexing. */
public class Person extends ServiceDocument {
  static final String KIND = "test:Person";

  @PropertyOptions(indexing = PropertyIndexingOption.SORT)
  public String name;

  @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
  public String story;

  @PropertyOptions(indexing = PropertyIndexingOption.CASE_INSENSITIVE)
  public String city;

  @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
  public String secret;

  public String plain;
  public Long age;
  public Double height;
  public Boolean active;
  public Date born;

  @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
  public List<String> tags;

  public List<String> unexpanded;

  @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
  public Map<String, String> custom;

  @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
  public Map<String, Object> free;

  @PropertyOptions(
      indexing = {PropertyIndexingOption.EXPAND, PropertyIndexingOption.FIXED_ITEM_NAME})
  public Map<String, String> fixed;

  @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
  public Address address;

  /** A nested document. */
  public static class Address {
    public String street;
    public Integer number;
  }
}
