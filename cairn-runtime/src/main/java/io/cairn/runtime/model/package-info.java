// SPDX-License-Identifier: Apache-2.0
/** What the runtime knows of a service class: its kind, its description, which handlers it has. */
@NullMarked
package io.cairn.runtime.model;

import org.jspecify.annotations.NullMarked;
