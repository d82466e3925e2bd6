// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.samples;

import org.jspecify.annotations.NullMarked;
