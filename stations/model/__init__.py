"""The ground: vocabulary, schema, places, coordinate systems, settings, language and errors. Imports only itself."""
