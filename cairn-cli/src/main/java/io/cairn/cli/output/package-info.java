// SPDX-License-Identifier: Apache-2.0
/** How answers look: tables, indented JSON, YAML. */
@NullMarked
package io.cairn.cli.output;

import org.jspecify.annotations.NullMarked;
