"""What people see: symbology, Folium maps and static figures."""
