// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.odata.FilterExpression.Comparison;
import io.cairn.query.odata.FilterExpression.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pseudo property that stands for every indexed property, down to two levels inside. */
final class AllFields {
  static final String NAME = "ALL_FIELDS";
  private static final int MAX_LEVEL = 2;

  private AllFields() {}

  static Query expand(
      @Nullable ServiceDocumentDescription description,
      Comparison comparison,
      Occurance occurance,
      FilterToQuery converter) {
    if (description == null) {
      throw new ODataSyntaxException(NAME + " can only be used where the document type is known");
    }
    if (comparison.operator() != Operator.EQ) {
      throw ODataSyntaxException.at(
          comparison.column(), "'eq' behind " + NAME, "'" + comparison.operator() + "'");
    }
    List<String> names = new ArrayList<>();
    description.propertyDescriptions.forEach((name, property) -> add(names, name, property, 0));
    Query any = new Query().setOccurance(occurance);
    for (String name : names) {
      Comparison one =
          new Comparison(
              name, Operator.EQ, comparison.value(), comparison.quoted(), comparison.column());
      try {
        any.addBooleanClause(converter.equal(one, Occurance.SHOULD_OCCUR));
      } catch (ODataSyntaxException _) {
        // This field can have no such value: text in a number, for instance.
      }
    }
    return any;
  }

  private static void add(
      List<String> names, String name, PropertyDescription property, int level) {
    TypeName type = property.typeName;
    boolean expanded = property.has(PropertyIndexingOption.EXPAND);
    if (property.has(PropertyIndexingOption.STORE_ONLY) || type == null || level > MAX_LEVEL) {
      return;
    }
    switch (type) {
      case BYTES -> {}
      case PODO -> {
        if (expanded && property.fieldDescriptions != null) {
          for (Map.Entry<String, PropertyDescription> field :
              property.fieldDescriptions.entrySet()) {
            add(
                names,
                QuerySpecification.buildCompositeFieldName(name, field.getKey()),
                field.getValue(),
                level + 1);
          }
        }
      }
      case COLLECTION -> {
        if (expanded && property.elementDescription != null) {
          add(
              names,
              QuerySpecification.buildCollectionItemName(name),
              property.elementDescription,
              level + 1);
        }
      }
      case MAP -> {
        if (property.has(PropertyIndexingOption.FIXED_ITEM_NAME)) {
          names.add(name);
        }
      }
      default -> names.add(name);
    }
  }
}
